import { DecodeError, hexOffset } from '../findings/index.ts'
import { toView, type Value } from '../layout/index.ts'
import type { endPayload, indexEntry, indexPayload } from './payload.layout.ts'
import { headerAt, padded, payloadOf, RECORD_HEADER, type RecordType, recordIn, type StreamRecord } from './record.ts'

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
  const end = payloadOf<Value<typeof endPayload>>(await typedRecordAt(read, size - END_RECORD, 'end'))
  const chain: IndexEntry[][] = []
  let before = size
  for (let at = Number(end?.index ?? 0n); at !== 0; ) {
    // Each index lies in front of the one that names it: a chain that does not go down has no end.
    if (at >= before) throw broken(at, `an index record in front of ${hexOffset(before)}`, hexOffset(at))
    const index = payloadOf<Value<typeof indexPayload>>(await typedRecordAt(read, at, 'index'))
    chain.push(index?.entries ?? [])
    before = at
    at = Number(index?.previous ?? 0n)
  }
  if (chain.length === 0) throw broken(size, 'a stream with an index', 'none; read it from its start')
  return chain.reverse().flat()
}

/** The record at an offset, checked by its sums. @throws DecodeError where there is none that is whole */
export async function readRecordAt(read: ReadAt, offset: number): Promise<StreamRecord> {
  const head = offset < 0 ? new Uint8Array(0) : await read(offset, RECORD_HEADER)
  const header = head.length < RECORD_HEADER ? undefined : headerAt(head, toView(head), 0)
  if (header === undefined) throw broken(offset, 'the header of a record', 'something else')
  const length = RECORD_HEADER + padded(Number(header.length))
  const bytes = await read(offset, length)
  if (bytes.length < length) throw broken(offset, `a record of ${length} bytes`, `${bytes.length}`, true)
  const { record, isSound } = recordIn(bytes)
  if (isSound) return record
  throw broken(offset, 'a payload with the sum that its header states', 'another sum')
}

async function typedRecordAt(read: ReadAt, offset: number, type: RecordType): Promise<StreamRecord> {
  const record = await readRecordAt(read, offset)
  if (record.header.kind.type === type) return record
  throw broken(offset, `the ${type} record`, `a record of ${record.header.kind.type}`)
}

function broken(offset: number, expected: string, found: string, needsMore = false): DecodeError {
  return new DecodeError({ code: 'stream/index-mismatch', path: [], offset, expected, found, needsMore })
}
