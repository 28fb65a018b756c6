import { logFormat } from '../log-format.ts'
import { qemuTraceLanguage } from './language.ts'

export type { QemuTraceRecord, SideRecord, TraceRecord } from './language.ts'
export { traceEvents } from './table.ts'

/** What QEMU prints with -trace. */
export const qemuTraceLogFormat = logFormat(qemuTraceLanguage)
