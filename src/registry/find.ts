import { finderIn } from './row.ts'
import { rows } from './rows.ts'

/** The format of that name. */
export const findFormat = finderIn(rows)

/** The names of all formats, of which none is loaded for it. */
export const formatNames = (): string[] => rows.map(({ name }) => name)
