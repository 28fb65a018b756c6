import { logFormat } from '../log-format.ts'
import { qmpLanguage } from './language.ts'

export { qmpCodes } from './codes.ts'
export { type MigrateAnswer, migrateSeries } from './events.ts'
export type { QmpRecord } from './language.ts'

/** Logs of QEMU's monitor. */
export const qmpLogFormat = logFormat(qmpLanguage)
