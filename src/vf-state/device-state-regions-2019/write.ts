import { atPath, EncodeError, type Path } from '../../findings/index.ts'
import { type Codec, describe } from '../../layout/index.ts'
import { CONTINUE } from './body.layout.ts'
import { chunksRead, payloadOf } from './pieces.ts'
import {
  type DeviceStateBody,
  type MemoryPayload,
  PAYLOAD_NAMES,
  PAYLOADS,
  type PayloadName,
  type StreamPart,
  streamFlagCodec,
} from './value.ts'

/** @throws EncodeError for a value that the loader would read in another way than it stands there */
export function writeBody(value: DeviceStateBody, msi64: number): Uint8Array {
  const { parts, trailing, ...strange } = objectAt(value, []) as Partial<DeviceStateBody>
  refuseStrangers(strange, [])
  if (!Array.isArray(parts) || parts.length === 0) throw wrong(['parts'], 'at least one part', parts)
  const runs: Uint8Array[] = []
  for (const [index, part] of parts.entries()) {
    const path = ['parts', index]
    const flag = writePart(part, path, msi64, runs)
    const isLast = index === parts.length - 1
    if ((flag & CONTINUE) === 0 && !isLast) throw contradiction(path, 'flags that continue, as a part follows', 'none')
    if ((flag & CONTINUE) !== 0 && isLast && trailing !== undefined) {
      throw contradiction(['trailing'], 'nothing behind flags that continue', 'bytes')
    }
  }
  if (trailing !== undefined) {
    if (!(trailing instanceof Uint8Array) || trailing.length === 0) throw wrong(['trailing'], 'some bytes', trailing)
    runs.push(trailing)
  }
  return joined(runs)
}

/** @returns the flag byte */
function writePart(part: StreamPart, path: Path, msi64: number, runs: Uint8Array[]): number {
  const { flags, pci, deviceConfig, deviceMemory, ...strange } = objectAt(part, path) as Partial<StreamPart>
  refuseStrangers(strange, path)
  const run = atPath(path, () => streamFlagCodec.encode({ flags } as Pick<StreamPart, 'flags'>))
  runs.push(run)
  const flag = run[0] as number
  const name = payloadOf(flag)
  for (const other of PAYLOAD_NAMES) {
    const isThere = part[other] !== undefined
    if (isThere === (other === name)) continue
    const expected = isThere ? 'nothing, as the flags say' : 'what the flags say'
    throw contradiction([...path, other], expected, isThere ? 'a payload' : 'nothing')
  }
  if (name !== undefined) runs.push(atPath([...path, name], () => writePayload(name, part, msi64)))
  return flag
}

function writePayload(name: PayloadName, part: StreamPart, msi64: number): Uint8Array {
  const codec = PAYLOADS[name] as unknown as Codec
  const payload = part[name] as Record<string, unknown>
  if (name === 'pci') return codec.encode(payload, { parameters: { msi64 } })
  if (name !== 'deviceMemory') return codec.encode(payload)
  const { chunks } = objectAt(payload, []) as Partial<MemoryPayload>
  if (!Array.isArray(chunks)) throw wrong(['chunks'], 'an array of chunks', chunks)
  const run = codec.encode(payload, { parameters: { chunks: chunks.length } })
  if (chunksRead(payload as unknown as MemoryPayload) === chunks.length) return run
  throw contradiction(['chunks'], 'chunks of which the last reaches the total length first', `${chunks.length} of them`)
}

export function joined(runs: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(runs.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const run of runs) {
    bytes.set(run, at)
    at += run.length
  }
  return bytes
}

export function objectAt(value: unknown, path: Path): Record<string, unknown> {
  if (value === null || typeof value !== 'object' || Array.isArray(value) || value instanceof Uint8Array) {
    throw wrong(path, 'an object', value)
  }
  return value as Record<string, unknown>
}

export function refuseStrangers(strange: object, path: Path): void {
  const [name] = Object.keys(strange)
  if (name === undefined) return
  const found = 'a member of that name'
  throw new EncodeError({ code: 'layout/unexpected-field', path: [...path, name], expected: 'nothing', found })
}

export function wrong(path: Path, expected: string, found: unknown): EncodeError {
  return new EncodeError({ code: 'layout/wrong-type', path, expected, found: describe(found) })
}

function contradiction(path: Path, expected: string, found: string): EncodeError {
  return new EncodeError({ code: 'layout/length-mismatch', path, expected, found })
}
