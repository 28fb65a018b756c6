import type { Path } from '../../findings/index.ts'
import { joined, type Value } from '../../layout/index.ts'
import { type PlacedRecord, placeOf, type RecordPlace } from '../integrity.ts'
import type { blobPayload } from '../payload.layout.ts'
import { LONGEST_PAYLOAD, payloadOf, RECORD_HEADER, rawPayload } from '../record.ts'

/** Most bytes of a part that is judged, and of all that wait for more chunks. */
const LONGEST_PART = LONGEST_PAYLOAD
const MOST_WAITING = 4 * LONGEST_PART
/** What a chunk costs besides its bytes. */
const PER_CHUNK = 512

/** Types whose payload is bytes and nothing else. */
const RAW_TYPES: ReadonlySet<number | string> = new Set(['config-space', 'msix-table', 'msix-pba'])
/** Types whose payload names its format. */
const BLOB_TYPES: ReadonlySet<number | string> = new Set([
  'faked-capability',
  'pf-state',
  'mmio-registers',
  'ring-state',
  'device-state',
])

/** A chunk of a part. */
export interface Piece {
  /** First byte in the part. */
  readonly start: number
  /** The same byte in the stream. */
  readonly offset: number
  /** Path of the bytes. */
  readonly path: Path
  /** Bytes of the record, where those of the part do not stand in the stream. */
  readonly within?: number
}

/** A part that is there as a whole. */
export interface Part {
  readonly type: number | string
  readonly device: number
  /** Its first record. */
  readonly place: RecordPlace
  /** Format and options of state that has them. */
  readonly format: string
  readonly options: string
  readonly data: Uint8Array
  readonly pieces: readonly Piece[]
}

interface Waiting extends Omit<Part, 'data' | 'pieces'> {
  length: number
  readonly chunks: Uint8Array[]
  readonly pieces: Piece[]
}

type Blob = Value<typeof blobPayload>

/** Puts the chunks of parts together that are small enough to be held. */
export class Parts {
  readonly #open = new Map<number, Waiting>()
  #held = 0

  /** The part that the record completes; its bytes are good for the call only. */
  see(placed: PlacedRecord): Part | undefined {
    const { header } = placed.record
    const { type } = header.kind
    if (!RAW_TYPES.has(type) && !BLOB_TYPES.has(type)) return undefined
    const data = dataOf(placed)
    const waiting = header.chunk === 0 ? begun(placed) : this.#open.get(header.part)
    this.#forget(header.part)
    // What is compressed, damaged, too long or out of order is not judged.
    if (data === undefined || waiting === undefined) return undefined
    const { chunks, pieces } = waiting
    if (waiting.type !== type || waiting.device !== header.device || chunks.length !== header.chunk) return undefined
    const inRecord = RECORD_HEADER + Number(header.length) - data.length
    const isBlob = BLOB_TYPES.has(type) && header.chunk === 0
    const path = [...placed.path, 'payload', ...(isBlob ? ['data'] : [])]
    const { isInflated = false, offset } = placed
    if (isInflated) pieces.push({ start: waiting.length, offset, path, within: placed.length })
    else pieces.push({ start: waiting.length, offset: offset + inRecord, path })
    waiting.length += data.length
    if (waiting.length > LONGEST_PART) return undefined
    if (header.flags.last) {
      const { place, device, format, options } = waiting
      return { type, device, place, format, options, pieces, data: joinedOnce([...chunks, data]) }
    }
    const cost = waiting.length + PER_CHUNK * pieces.length
    if (this.#held + cost > MOST_WAITING) return undefined
    chunks.push(data.slice())
    this.#open.set(header.part, waiting)
    this.#held += cost
    return undefined
  }

  #forget(part: number): void {
    const waiting = this.#open.get(part)
    if (waiting === undefined) return
    this.#held -= waiting.length + PER_CHUNK * waiting.pieces.length
    this.#open.delete(part)
  }
}

function dataOf({ record }: PlacedRecord): Uint8Array | undefined {
  const { header } = record
  if (header.flags.deflated) return undefined
  if (header.chunk > 0 || RAW_TYPES.has(header.kind.type)) return rawPayload(record)
  return payloadOf<Blob>(record)?.data
}

function begun(placed: PlacedRecord): Waiting {
  const { header } = placed.record
  const { format = '', options = '' } = BLOB_TYPES.has(header.kind.type) ? (payloadOf<Blob>(placed.record) ?? {}) : {}
  const { device } = header
  return {
    type: header.kind.type,
    device,
    place: placeOf(placed),
    format,
    options,
    length: 0,
    chunks: [],
    pieces: [],
  }
}

const joinedOnce = (chunks: readonly Uint8Array[]) => (chunks.length === 1 ? (chunks[0] as Uint8Array) : joined(chunks))
