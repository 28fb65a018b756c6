import { registered } from './formats.ts'
import { finderIn, type Row } from './row.ts'

/** A row for each format, in the order of the documentation. */
export const rows: readonly Row[] = registered.map((entry) => {
  const format = typeof entry === 'function' ? entry((name) => findFormat(name)) : entry
  const { name, automatic } = format
  return { name, automatic, detect: format.detect, load: () => format }
})

const findFormat = finderIn(rows)
