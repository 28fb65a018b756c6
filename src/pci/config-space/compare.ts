import type { Path } from '../../findings/index.ts'
import { printPath } from '../../findings/index.ts'
import { type Difference, diffFields } from '../../layout/index.ts'
import { configSpaceFields } from './fields.ts'
import { configSpaceOf, type Reading } from './read.ts'
import type { ConfigSpace } from './value.ts'

/** Differences of two configuration spaces; capabilities are compared by name, wherever they stand. */
export function compareConfigSpaces(a: Reading, b: Reading): Difference[] {
  return diffFields(configSpaceFields(a), configSpaceFields(b), {
    a: keysOf(configSpaceOf(a)),
    b: keysOf(configSpaceOf(b)),
  })
}

/** Names fields by the capability they stand in (`capabilities[MSI-X]`), gaps by their offset. */
function keysOf(value: ConfigSpace): (path: Path) => string {
  const names = {
    capabilities: occurrences(value.capabilities.map(({ name }) => name)),
    extendedCapabilities: occurrences(value.extendedCapabilities.map(({ name }) => name)),
    gaps: value.gaps.map(({ offset }) => `0x${offset.toString(16)}`),
  }
  return (path) => {
    const [list, index, ...rest] = path
    if (typeof index !== 'number' || !(String(list) in names)) return printPath(path)
    const name = names[list as keyof typeof names][index]
    const below = printPath(rest)
    return `${list}[${name}]${below.startsWith('[') ? '' : '.'}${below}`
  }
}

/** `Vendor`, `Vendor#2`, ... in order of appearance. */
function occurrences(names: readonly string[]): string[] {
  const counts = new Map<string, number>()
  return names.map((name) => {
    const count = (counts.get(name) ?? 0) + 1
    counts.set(name, count)
    return count === 1 ? name : `${name}#${count}`
  })
}
