import { fixedSize } from '../measure.ts'
import type { StructType } from '../types.ts'
import { makeColumns } from './columns.ts'
import { Names } from './names.ts'
import { makeFixedReader, makeReader } from './read-sized.ts'
import { makeClean } from './scan.ts'
import { makeFixedWriter } from './write-fixed.ts'
import { makeWriter } from './write-sized.ts'

/** Names that generated code uses from outside; the same for a module and for code compiled at run time. */
export const SUPPORT_NAMES = [
  'BINARY',
  'LOW_HALF',
  'UNFIT',
  'fits',
  'isOpaque',
  'safe',
  'textBytes',
  'textValue',
] as const

/**
 * JavaScript statements that define the routines of several structures, and for each structure the expression that
 * names its routines.
 */
export function generate(types: readonly StructType[]): { statements: string[]; routines: string[] } {
  const names = new Names({ readFixed: makeFixedReader, read: makeReader, write: makeWriter })
  const functions: string[] = []
  const routines = types.map((type, index) => {
    const little = routineSet(type, index, true, names, functions)
    if (type.byteOrder !== 'parameter') return `{ little: ${little} }`
    return `{ little: ${little}, big: ${routineSet(type, index, false, names, functions)} }`
  })
  return { statements: [...names.declarations, ...functions], routines }
}

function routineSet(type: StructType, index: number, little: boolean, names: Names, out: string[]): string {
  const size = fixedSize(type)
  const suffix = `${index}${little ? '' : '_be'}`
  if (size === undefined) {
    return `{ size: undefined, read: ${names.reader(type, little)}, write: ${names.writer(type, little)} }`
  }
  const [write, clean] = [`write_${suffix}`, `clean_${suffix}`]
  out.push(...makeFixedWriter(write, type, little, names))
  out.push(...makeClean(clean, type, little, names))
  const members = [`size: ${size}`, `read: ${names.fixedReader(type, little)}`, `write: ${write}`, `clean: ${clean}`]
  if (type.facts.columns) {
    const columns = `columns_${suffix}`
    out.push(...makeColumns(columns, type, little, names))
    members.push(`columns: ${columns}`)
  }
  return `{ ${members.join(', ')} }`
}

/** The text of a generated ES module. */
export function moduleText(
  types: ReadonlyMap<string, StructType>,
  facts: { readonly from: string; readonly support: string },
): string {
  const { statements, routines } = generate([...types.values()])
  const lines = [
    `// Generated from ${facts.from} by \`npm run generate\`: change the description, not this file.`,
    `import { ${SUPPORT_NAMES.join(', ')} } from '${facts.support}'`,
    ...statements,
    ...[...types.keys()].map((name, index) => `export const ${name} = ${routines[index]};`),
  ]
  return `${lines.join('\n')}\n`
}
