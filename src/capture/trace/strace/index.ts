import { logFormat } from '../log-format.ts'
import { straceLanguage } from './language.ts'

export { straceCodes } from './codes.ts'
export type {
  CallRecord,
  DataRecord,
  NoticeRecord,
  ResumedRecord,
  StraceRecord,
  UnfinishedRecord,
} from './record.ts'

/** Logs of strace. */
export const straceLogFormat = logFormat(straceLanguage)
