import type { Finding } from '../findings/index.ts'
import { type ByteSource, isOpaque, type Opaque, readEvents } from '../layout/index.ts'
import { type ReadOptions, streamReader } from './read.ts'
import type { StreamRecord } from './record.ts'

/** A record of a stream that is being read. */
export interface ReadRecord {
  /** Its runs of bytes are views that are valid until the next record is asked for. */
  readonly record: StreamRecord
  /** Offset of its header. */
  readonly offset: number
  /** Bytes with padding. */
  readonly length: number
}

/**
 * The whole records of a stream as they come in, in constant memory; the next bytes are asked for when the records
 * before were taken. What is damaged is left out and told to `report`.
 *
 * @throws DecodeError where the input is no migration stream
 */
export async function* readRecords(
  source: ByteSource,
  report: (finding: Finding) => void = () => {},
  options: Omit<ReadOptions, 'wanted'> = {},
): AsyncGenerator<ReadRecord> {
  for await (const event of readEvents(streamReader(options), source)) {
    if (event.kind === 'finding') report(event.finding)
    if (event.kind !== 'value' || event.path[0] !== 'records') continue
    const record = event.value as StreamRecord | Opaque
    if (!isOpaque(record)) yield { record, offset: event.offset, length: event.length }
  }
}
