import { crc32, shortCrc32 } from '../hash/index.ts'
import { isOpaque, toView, type Value } from '../layout/index.ts'
import { recordHeaderCodec, streamRecordCodec } from './codecs.ts'
import { MARKER, type RECORD_TYPES, type recordHeader } from './header.layout.ts'
import type { streamRecord } from './record.layout.ts'

export type RecordHeader = Value<typeof recordHeader>
/** A record as it stands in a stream: header, payload, and zero bytes up to a multiple of 8. */
export type StreamRecord = Value<typeof streamRecord>
export type RecordType = (typeof RECORD_TYPES)[keyof typeof RECORD_TYPES]

/** Bytes of the headers of a stream and of a record. */
export const FILE_HEADER = 64
export const RECORD_HEADER = 48
/** Where the sums of the headers lie in them: over everything before. */
export const FILE_HEADER_CRC = 60
export const RECORD_HEADER_CRC = 44
/** Where a header states length and sum of the payload. */
export const PAYLOAD_LENGTH = 32
export const PAYLOAD_CRC = 40
/** Most bytes of a payload: 16 MiB. A longer part is cut into chunks, so that every reader can hold and check a record whole. */
export const LONGEST_PAYLOAD = 2 ** 24
/** Device number of records that are of the migration as a whole. */
export const NO_DEVICE = 0xffffffff

/** The number of the part that begins behind one; behind the last number they begin anew. */
export const nextPartAfter = (part: number) => (part + 1) >>> 0

/** Bytes that a payload takes with its padding. */
export const padded = (length: number) => Math.ceil(length / 8) * 8

/** Bytes, padding included, of the record that begins at an index; undefined where the sum of its header says that none does. */
export function recordLengthAt(bytes: Uint8Array, view: DataView, at: number): number | undefined {
  if (view.getUint32(at, true) !== MARKER) return undefined
  if (shortCrc32(bytes, at, at + RECORD_HEADER_CRC) !== view.getUint32(at + RECORD_HEADER_CRC, true)) return undefined
  const length = view.getUint32(at + PAYLOAD_LENGTH, true)
  const isTooLong = length > LONGEST_PAYLOAD || view.getUint32(at + PAYLOAD_LENGTH + 4, true) > 0
  return isTooLong ? undefined : RECORD_HEADER + padded(length)
}

/** What `recordAt` gives. */
export interface ReadBytes {
  readonly record: StreamRecord
  /** Whether the sum of its payload is right. */
  readonly isSound: boolean
  /** Whether its description has nothing unusual to tell of it. */
  readonly isClean: boolean
}

/** The record of so many bytes that begins at an index. */
export function recordAt(bytes: Uint8Array, view: DataView, at: number, length: number): ReadBytes {
  const region = { bytes, view, offset: at, end: at + length }
  const start = at + RECORD_HEADER
  const payload = bytes.subarray(start, start + view.getUint32(at + PAYLOAD_LENGTH, true))
  if (crc32(payload) === view.getUint32(at + PAYLOAD_CRC, true)) {
    const { value, clean = false } = streamRecordCodec.decodeAt(region)
    return { record: value, isSound: true, isClean: clean }
  }
  const header = recordHeaderCodec.decodeAt(region).value
  const padding = bytes.subarray(start + payload.length, at + length)
  // Of damaged bytes nothing is said, not even what they look like.
  return { record: { header, payload: { opaque: payload }, padding }, isSound: false, isClean: true }
}

/** Writes the sums of a record into its bytes. */
export function sumUp(record: Uint8Array): void {
  const view = toView(record)
  const length = Number(view.getBigUint64(PAYLOAD_LENGTH, true))
  view.setUint32(PAYLOAD_CRC, crc32(record.subarray(RECORD_HEADER, RECORD_HEADER + length)), true)
  view.setUint32(RECORD_HEADER_CRC, crc32(record.subarray(0, RECORD_HEADER_CRC)), true)
}

/** The payload where it is of a kind that is described, whole, and neither compressed nor damaged. */
export function payloadOf<T extends object>(record: StreamRecord): T | undefined {
  const { payload } = record
  return payload instanceof Uint8Array || isOpaque(payload) ? undefined : (payload as unknown as T)
}

/** The bytes of a payload that stands here without a description of its own. */
export function rawPayload({ payload }: StreamRecord): Uint8Array | undefined {
  if (payload instanceof Uint8Array) return payload
  return undefined
}

/** `device-state` or, of a type that is not known, `type 42`. */
export const typeName = ({ kind: { type } }: Pick<RecordHeader, 'kind'>) =>
  typeof type === 'number' ? `type ${type}` : type
