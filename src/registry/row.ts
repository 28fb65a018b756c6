import type { Format } from '../layout/index.ts'

/** What is known of a format before anything else of it is loaded: enough to find it by name or by content. */
export interface Row extends Pick<Format, 'name' | 'automatic' | 'detect'> {
  /** The format itself; the same one each time. */
  load(): Format
}

/** Finds a format by its name. */
export type FindFormat = (name: string) => Format | undefined

/** A line of the registry: a format, or one made of the others, which it looks up by name. */
export type Registered = Format | ((find: FindFormat) => Format)

/** How formats are found in rows. */
export function finderIn(rows: readonly Row[]): FindFormat {
  const byName = new Map(rows.map((row) => [row.name, row]))
  return (name) => byName.get(name)?.load()
}
