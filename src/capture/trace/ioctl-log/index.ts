import { logFormat } from '../log-format.ts'
import { ioctlLanguage } from './language.ts'

export { ioctlLogCodes } from './codes.ts'
export { type CollectedState, collectedState } from './collected.ts'
export type { CloseRecord, IoctlLogRecord, IoctlRecord, NoteRecord, TransferRecord } from './record.ts'

/** Logs of VFIO's ioctls with their arguments. */
export const ioctlLogFormat = logFormat(ioctlLanguage)
