import type fc from 'fast-check'
import { completeOptions, type OptionValues } from '../layout/index.ts'
import {
  configPayloadCodec,
  type DeviceStateBody,
  deviceStateBodyFormat,
  type MemoryPayload,
  type PciPayload,
  pciPayloadCodec,
  type StreamFlags,
  type StreamPart,
} from '../vf-state/index.ts'
import { makeValue } from './arbitrary.ts'
import { type Tape, tapes } from './tape.ts'

const CHOICES = 600

/** Bodies of one to four parts in any order, now and then with flags that no loader knows and bytes behind them. */
export function arbitraryDeviceStateBody(options?: OptionValues): fc.Arbitrary<DeviceStateBody> {
  const msi64 = Number(completeOptions(deviceStateBodyFormat.options, options).msi64)
  return tapes(CHOICES).map((tape) => {
    const parts: StreamPart[] = []
    const count = 1 + tape.below(4)
    while (parts.length < count) parts.push(makePart(tape, parts.length < count - 1 || tape.rarely(8), msi64))
    const isOpen = parts.at(-1)?.flags.continued === true
    return isOpen || !tape.rarely(4) ? { parts } : { parts, trailing: tape.bytes(1 + tape.below(8)) }
  })
}

function makePart(tape: Tape, continued: boolean, msi64: number): StreamPart {
  const [data, reserved] = tape.rarely(8) ? [tape.pick([3, 5, 6, 7]), 0] : [tape.pick(KINDS), tape.rarely(8) ? 0x10 : 0]
  const flags: StreamFlags = { data, continued, reserved }
  if (reserved !== 0) return { flags }
  switch (data) {
    case 'pci':
      return { flags, pci: makeValue(pciPayloadCodec.type, tape, { parameters: { msi64 } }) as PciPayload }
    case 'device-config':
      return { flags, deviceConfig: makeValue(configPayloadCodec.type, tape) as { length: bigint; data: Uint8Array } }
    case 'device-memory':
      return { flags, deviceMemory: makeMemory(tape) }
    default:
      return { flags }
  }
}

const KINDS = ['setup', 'pci', 'device-config', 'device-memory'] as const

/** Chunks with gaps and overlaps here and there, of which only the last reaches the total length. */
function makeMemory(tape: Tape): MemoryPayload {
  const chunks: MemoryPayload['chunks'] = []
  let furthest = 0n
  for (let left = tape.below(4); left > 0; left--) {
    const pos = left === 1 ? furthest : tape.rarely(6) ? tape.bits(16) : furthest
    const data = tape.bytes((left === 1 ? 1 : 0) + tape.below(24))
    const end = pos + BigInt(data.length)
    chunks.push({ length: BigInt(data.length), pos, data })
    if (left === 1) return { totalLength: tape.rarely(4) ? furthest + 1n : end, chunks }
    if (end > furthest) furthest = end
  }
  return { totalLength: 0n, chunks }
}
