export { type TraceLogCode, traceLogCodes } from './codes.ts'
export {
  type CloseRecord,
  type CollectedState,
  collectedState,
  type IoctlLogRecord,
  type IoctlRecord,
  ioctlLogCodes,
  ioctlLogFormat,
  type NoteRecord,
  type TransferRecord,
} from './ioctl-log/index.ts'
export type { Kept, Log, LogFormat, Step, TextRecord } from './log.ts'
export { type LogKind, logKindOf } from './log-kind.ts'
export { type EventRecord, migrationTraceFormat } from './migration-trace/index.ts'
export {
  type QemuTraceRecord,
  qemuTraceLogFormat,
  type SideRecord,
  type TraceRecord,
  traceEvents,
} from './qemu-trace/index.ts'
export { type MigrateAnswer, migrateSeries, type QmpRecord, qmpCodes, qmpLogFormat } from './qmp/index.ts'
export {
  type CallRecord,
  type DataRecord,
  type NoticeRecord,
  type ResumedRecord,
  type StraceRecord,
  straceCodes,
  straceLogFormat,
  type UnfinishedRecord,
} from './strace/index.ts'
