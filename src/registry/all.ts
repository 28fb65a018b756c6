import type { Format } from '../layout/index.ts'
import { rows } from './rows.ts'

/** Every format, in the order of the documentation. */
export const formats: readonly Format[] = rows.map((row) => row.load())
