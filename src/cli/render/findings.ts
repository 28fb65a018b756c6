import type { FunctionDump } from '../../capture/function-dump/index.ts'
import { counted, type Finding, hexOffset, printPath, SEVERITIES } from '../../findings/index.ts'
import type { Palette } from './palette.ts'
import { printable } from './printable.ts'
import { wrap } from './wrap.ts'

/** Addresses of the functions of a dump, by their index. */
export type Addresses = ReadonlyMap<number, string>

/** How findings are written: their colours, the width that lines are wrapped to, and what functions are called. */
interface FindingStyle {
  readonly palette: Palette
  readonly width: number | undefined
  readonly addresses?: Addresses | undefined
}

/** Findings of one input, two lines each: what and where. Yields lines. */
export function* findingLines(
  name: string,
  findings: readonly Finding[],
  { palette, width, addresses }: FindingStyle,
): Generator<string> {
  for (const finding of findings) {
    const { severity, code, message, hint } = finding
    const [first, ...others] = wrap(`${severity} ${code}: ${printable(message)}`, 2, width) as [string, ...string[]]
    yield first.replace(`${severity} ${code}`, `${palette.severity(severity, severity)} ${palette.bold(code)}`)
    yield* others
    const where = whereText(finding, addresses)
    if (where !== '') yield* indented(`at ${printable(name)} ${where}`, width)
    if (hint !== undefined) yield* indented(printable(hint), width)
  }
}

/** A line below a finding, and where it has to be wrapped those behind it two columns further in. */
function* indented(text: string, width: number | undefined): Generator<string> {
  const [first, ...others] = wrap(text, 4, width)
  yield `  ${first}`
  yield* others
}

/** Line, offset and path, as far as they say anything about an input that has been named. */
function whereText({ offset, length, in: space, line, path }: Finding, addresses: Addresses | undefined): string {
  if (offset === 0 && length === 0 && line === undefined && path.length === 0) return ''
  const parts = [`offset ${hexOffset(offset)}${length > 1 ? ` (${length} bytes)` : ''}`]
  const [list, index, part, ...below] = path
  const address = list === 'functions' && typeof index === 'number' ? addresses?.get(index) : undefined
  if (address !== undefined) {
    parts.push(`of ${part === 'configSpace' ? '' : `${part} of `}function ${printable(address)}`)
    if (below.length > 0) parts.push(`in ${printable(printPath(below))}`)
  } else {
    if (space !== undefined) parts.push(`of ${printable(space)}`)
    if (path.length > 0) parts.push(`in ${printable(printPath(path))}`)
  }
  if (line !== undefined) parts.unshift(`line ${line},`)
  return parts.join(' ')
}

/** The addresses in a decoded dump; none in any other value. */
export function addressesIn(value: unknown): Addresses {
  const { functions = [] } = (value ?? {}) as Partial<FunctionDump>
  return new Map(functions.map(({ address }, index) => [index, address]))
}

/** `2 errors, 1 warning`, or `no findings`. */
export function countText(findings: readonly Finding[], palette: Palette): string {
  const parts: string[] = []
  for (const severity of SEVERITIES) {
    const count = findings.filter((finding) => finding.severity === severity).length
    if (count === 0) continue
    parts.push(palette.severity(severity, counted(count, severity, severity === 'info' ? 'info' : `${severity}s`)))
  }
  return parts.length === 0 ? 'no findings' : parts.join(', ')
}

/** A finding as JSON has it: the path as text. */
export function findingJson(finding: Finding): Record<string, unknown> {
  const { code, severity, message, offset, length, in: space, line, path, hint, source } = finding
  return { code, severity, message, offset, length, in: space, line, path: printPath(path), hint, source }
}
