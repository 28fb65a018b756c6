import { DecodeError, hexOffset } from '../findings/index.ts'
import { toView, type Value } from '../layout/index.ts'
import type { endPayload, indexEntry, indexPayload } from './payload.layout.ts'
import {
  padded,
  payloadOf,
  RECORD_HEADER,
  type RecordType,
  recordAt,
  recordLengthAt,
  type StreamRecord,
  typeName,
} from './record.ts'

/** Gives bytes of a stream that can be read anywhere; fewer only at its end. */
export type ReadAt = (offset: number, length: number) => Promise<Uint8Array>

export type IndexEntry = Value<typeof indexEntry>

/** Bytes of an end record with its header. */
const END_RECORD = RECORD_HEADER + 56

/**
 * The records of a stream by its index, from the first to the last, without reading what lies between. Each index record
 * is checked by its own sums; the digest of the stream is not.
 *
 * @param size bytes of the stream
 * @throws DecodeError where the stream has no end record at its very end, or no index, or a damaged one
 */
export async function readIndex(read: ReadAt, size: number): Promise<IndexEntry[]> {
  const end = await typedRecordAt<Value<typeof endPayload>>(read, size - END_RECORD, 'end')
  const chain: IndexEntry[][] = []
  let before = size - END_RECORD
  for (let at = Number(end.payload.index); at !== 0; ) {
    // Each index lies wholly in front of what names it: so a chain has an end, and no byte is read for two of them.
    const expected = `an index record in front of ${hexOffset(before)}`
    if (at >= before) throw broken(at, expected, hexOffset(at))
    const { payload, length } = await typedRecordAt<Value<typeof indexPayload>>(read, at, 'index')
    if (at + length > before) throw broken(at, expected, `one of ${length} bytes`)
    chain.push(payload.entries)
    before = at
    at = Number(payload.previous)
  }
  if (chain.length === 0) throw broken(size, 'a stream with an index', 'none; read it from its start')
  return chain.reverse().flat()
}

/** The record at an offset, checked by its sums. @throws DecodeError where there is none that is whole */
export async function readRecordAt(read: ReadAt, offset: number): Promise<StreamRecord> {
  const head = offset < 0 ? new Uint8Array(0) : await read(offset, RECORD_HEADER)
  const length = head.length < RECORD_HEADER ? undefined : recordLengthAt(head, toView(head), 0)
  if (length === undefined) throw broken(offset, 'the header of a record', 'something else')
  const bytes = await read(offset, length)
  if (bytes.length < length) throw broken(offset, `a record of ${length} bytes`, `${bytes.length}`, true)
  const { record, isSound } = recordAt(bytes, toView(bytes), 0, length)
  if (isSound) return record
  throw broken(offset, 'a payload with the sum that its header states', 'another sum')
}

/** The payload of a record of a type that is described, and how many bytes the record takes. */
async function typedRecordAt<T extends object>(
  read: ReadAt,
  offset: number,
  type: RecordType,
): Promise<{ readonly payload: T; readonly length: number }> {
  const record = await readRecordAt(read, offset)
  const { header } = record
  if (header.kind.type !== type) throw broken(offset, `the ${type} record`, `a record of ${typeName(header)}`)
  const payload = payloadOf<T>(record)
  if (payload === undefined) throw broken(offset, `the ${type} record`, 'one without its layout')
  return { payload, length: RECORD_HEADER + padded(Number(header.length)) }
}

function broken(offset: number, expected: string, found: string, needsMore = false): DecodeError {
  return new DecodeError({ code: 'stream/index-mismatch', path: [], offset, expected, found, needsMore })
}
