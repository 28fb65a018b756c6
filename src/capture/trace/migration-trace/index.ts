import { logFormat } from '../log-format.ts'
import { migrationTraceLanguage } from './language.ts'

export type { EventRecord } from './language.ts'

/** Traces of migrations, real or simulated. */
export const migrationTraceFormat = logFormat(migrationTraceLanguage)
