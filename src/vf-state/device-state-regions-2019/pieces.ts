import { DecodeError, type Path } from '../../findings/index.ts'
import { type Codec, type CodecOptions, fixedSize, toView } from '../../layout/index.ts'
import { CONTINUE, configPayload, FLAG, memoryPayload, streamFlag } from './body.layout.ts'
import {
  type DeviceStateBody,
  type MemoryPayload,
  PAYLOADS,
  type PayloadName,
  type StreamPart,
  streamFlagCodec,
} from './value.ts'

/** One structure of a body, where it lies. */
export interface Piece {
  readonly path: Path
  readonly codec: Codec
  readonly options: CodecOptions
  readonly offset: number
  readonly length: number
}

export interface BodyReading {
  readonly value: DeviceStateBody
  readonly pieces: readonly Piece[]
  /** Where each part starts, and where what is behind the last one does. */
  readonly offsets: readonly number[]
}

const PAYLOAD_OF: ReadonlyMap<number, PayloadName> = new Map<number, PayloadName>([
  [FLAG.pci, 'pci'],
  [FLAG['device-config'], 'deviceConfig'],
  [FLAG['device-memory'], 'deviceMemory'],
])

/** What a flag byte announces; undefined for set-up, and for bytes that no loader knows. */
export function payloadOf(flag: number): PayloadName | undefined {
  return PAYLOAD_OF.get(flag & ~CONTINUE)
}

/** Whether the loader knows a flag byte: one bit or none besides CONTINUE. */
export function isKnownFlag(flag: number): boolean {
  return (flag & ~CONTINUE) === FLAG.setup || payloadOf(flag) !== undefined
}

/**
 * Reads a body in one pass, as the loader does: flag bytes until one does not continue.
 *
 * @throws DecodeError where it ends inside a part
 */
export function readBody(bytes: Uint8Array, msi64: number): BodyReading {
  const reader = new BodyReader(bytes, msi64)
  const parts: StreamPart[] = []
  const offsets: number[] = []
  for (let more = true; more && (parts.length === 0 || reader.offset < bytes.length); ) {
    offsets.push(reader.offset)
    const flag = bytes[reader.offset] as number
    const part = reader.part(['parts', parts.length])
    parts.push(part)
    more = (flag & CONTINUE) !== 0
  }
  offsets.push(reader.offset)
  const trailing = bytes.subarray(reader.offset)
  return { value: trailing.length === 0 ? { parts } : { parts, trailing }, pieces: reader.pieces, offsets }
}

class BodyReader {
  offset = 0
  readonly pieces: Piece[] = []
  private readonly view: DataView

  constructor(
    private readonly bytes: Uint8Array,
    private readonly msi64: number,
  ) {
    this.view = toView(bytes)
  }

  part(path: Path): StreamPart {
    const name = payloadOf(this.bytes[this.offset] ?? 0)
    const { flags } = this.piece(streamFlagCodec as unknown as Codec, path, {}) as Pick<StreamPart, 'flags'>
    if (name === undefined) return { flags }
    const parameters: Record<string, number> = {}
    if (name === 'pci') parameters.msi64 = this.msi64
    if (name === 'deviceMemory') parameters.chunks = this.countChunks()
    return { flags, [name]: this.piece(PAYLOADS[name] as unknown as Codec, [...path, name], { parameters }) }
  }

  private piece(codec: Codec, path: Path, options: CodecOptions): unknown {
    const { bytes, view, offset } = this
    try {
      const { value, length } = codec.decodeAt({ bytes, view, offset, end: bytes.length }, options)
      this.pieces.push({ path, codec, options, offset, length })
      this.offset = offset + length
      return value
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      throw new DecodeError({ ...error, path: [...path, ...error.path], offset: offset + error.offset })
    }
  }

  /** Chunks that the loader reads, as far as they are there; one that is cut counts. */
  private countChunks(): number {
    const { view } = this
    const end = view.byteLength
    if (end - this.offset < TOTAL) return 0
    const total = view.getBigUint64(this.offset)
    let at = this.offset + TOTAL
    let reach = 0n
    let count = 0
    while (reach < total) {
      count += 1
      if (end - at < CHUNK_HEADER) break
      const length = view.getBigUint64(at)
      reach = view.getBigUint64(at + TOTAL) + length
      at += CHUNK_HEADER
      if (length > end - at) break
      at += Number(length)
    }
    return count
  }
}

/** Bytes of a length or position. */
export const TOTAL = fixedSize(memoryPayload.fields.totalLength) as number
/** Length and position. */
export const CHUNK_HEADER = 2 * (fixedSize(configPayload.fields.length) as number)
/** Bytes of a flag. */
export const FLAG_SIZE = fixedSize(streamFlag) as number

/** How many chunks the loader would read of these: up to the first that reaches the total length. */
export function chunksRead({ totalLength, chunks }: MemoryPayload): number {
  if (totalLength <= 0n) return 0
  const last = chunks.findIndex(({ pos, length }) => pos + length >= totalLength)
  return last < 0 ? Number.POSITIVE_INFINITY : last + 1
}
