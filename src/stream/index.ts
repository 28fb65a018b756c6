export { streamCodes } from './codes.ts'
export { deflated, type InflateAtOnce, inflated, inflatedRecord, useInflateAtOnce, withContent } from './deflate.ts'
export {
  type CompareOptions,
  type Content,
  compareMigrations,
  Migration,
  type MigrationDifference,
  type MigrationNote,
  type MigrationPart,
  stateHead,
  streamParts,
} from './diff/index.ts'
export { type MigrationStream, migrationStreamFormat } from './format.ts'
export { jsonPieces } from './json.ts'
export { type IndexEntry, type ReadAt, readIndex, readRecordAt } from './random-access.ts'
export { type ReadOptions, streamReader } from './read.ts'
export { LONGEST_PAYLOAD, NO_DEVICE, type RecordHeader, type RecordType, type StreamRecord } from './record.ts'
export { type ReadRecord, readRecords } from './records.ts'
export {
  CHUNK,
  MigrationStreamWriter,
  payloadBytes,
  payloadFromJson,
  type RecordInput,
  type WriterOptions,
} from './write.ts'
