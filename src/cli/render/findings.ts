import { type Finding, hexOffset, printPath, SEVERITIES } from '../../findings/index.ts'
import type { Palette } from './palette.ts'
import { printable } from './printable.ts'

/** Findings of one input, two lines each: what and where. Yields lines. */
export function* findingLines(name: string, findings: readonly Finding[], palette: Palette): Generator<string> {
  for (const finding of findings) {
    const { severity, code, message, hint } = finding
    yield `${palette.severity(severity, severity)} ${palette.bold(code)}: ${printable(message)}`
    yield `  at ${printable(name)} ${whereText(finding)}`
    if (hint !== undefined) yield `  ${printable(hint)}`
  }
}

function whereText({ offset, length, in: space, line, path }: Finding): string {
  const parts = [`offset ${hexOffset(offset)}${length > 1 ? ` (${length} bytes)` : ''}`]
  if (space !== undefined) parts[0] += ` of ${printable(space)}`
  if (line !== undefined) parts.unshift(`line ${line},`)
  if (path.length > 0) parts.push(`in ${printable(printPath(path))}`)
  return parts.join(' ')
}

/** `2 errors, 1 warning`, or `no findings`. */
export function countText(findings: readonly Finding[], palette: Palette): string {
  const parts: string[] = []
  for (const severity of SEVERITIES) {
    const count = findings.filter((finding) => finding.severity === severity).length
    if (count === 0) continue
    const noun = severity === 'info' ? 'info' : `${severity}${count === 1 ? '' : 's'}`
    parts.push(palette.severity(severity, `${count} ${noun}`))
  }
  return parts.length === 0 ? 'no findings' : parts.join(', ')
}

/** A finding as JSON has it: the path as text. */
export function findingJson(finding: Finding): Record<string, unknown> {
  const { code, severity, message, offset, length, in: space, line, path, hint, source } = finding
  return { code, severity, message, offset, length, in: space, line, path: printPath(path), hint, source }
}
