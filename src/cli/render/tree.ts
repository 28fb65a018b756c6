import type { PathPart } from '../../findings/index.ts'
import type { Located } from '../../layout/index.ts'
import { bitsText, fieldText } from './field.ts'
import type { Note } from './notes.ts'
import type { Palette } from './palette.ts'
import { printable } from './printable.ts'
import { wrap } from './wrap.ts'

/** A part of the tree: fields and further parts, by path part. */
interface Branch {
  readonly children: Map<PathPart, Branch>
  readonly fields: Located[]
}

/** How the tree is written: its colours, what is said beside the fields, and the width that lines are wrapped to. */
export interface TreeStyle {
  readonly palette: Palette
  readonly note: Note
  readonly width: number | undefined
}

/**
 * A readable tree of all fields, a line each, with the offset of each field. Yields lines.
 *
 * @param value what the fields are of
 * @param above how many parts of their paths lead to it
 */
export function* treeLines(fields: readonly Located[], value: unknown, style: TreeStyle, above = 0): Generator<string> {
  const root: Branch = { children: new Map(), fields: [] }
  for (const field of fields) {
    let branch = root
    for (let depth = above; depth < field.path.length; depth += 1) {
      const part = field.path[depth] as PathPart
      let child = branch.children.get(part)
      if (child === undefined) {
        child = { children: new Map(), fields: [] }
        branch.children.set(part, child)
      }
      branch = child
    }
    branch.fields.push(field)
  }
  yield* branchLines(root, value, 0, style)
}

function* branchLines(branch: Branch, value: unknown, depth: number, style: TreeStyle): Generator<string> {
  const { palette, note } = style
  const indent = '  '.repeat(depth)
  const entries = [...branch.children]
  const order = new Map(Object.keys(value ?? {}).map((name, index) => [name, index]))
  entries.sort(([a], [b]) => (order.get(String(a)) ?? 0) - (order.get(String(b)) ?? 0))
  // Not spread: a list of a device can have more elements than a call takes arguments.
  let names = 0
  for (const entry of entries) if (isLine(entry)) names = Math.max(names, String(entry[0]).length)
  const line = (offset: string, name: string, text: string): string => {
    const start = indent.length + offset.length + names + 4
    return `${indent}${palette.dim(offset)}  ${name.padEnd(names)}  ${wrap(text, start, style.width).join('\n')}`
  }
  let column = 0
  for (const [part, child] of entries) {
    const own = (value as Record<PathPart, unknown> | undefined)?.[part]
    if (isLine([part, child])) {
      const members = [...child.children.values()].flatMap(({ fields }) => fields)
      const [first] = [...child.fields, ...members]
      if (first === undefined) continue
      const offset = offsetText(first.offset)
      column = offset.length
      const text = members.length > 0 ? bitsText(members) : fieldText(first)
      yield line(offset, String(part), text)
    } else {
      yield `${indent}${palette.bold(headingOf(part, own))}`
      yield* branchLines(child, own, depth + 1, style)
    }
  }
  const said = value instanceof Object ? note(value) : undefined
  if (said !== undefined) yield line(' '.repeat(column), ...said)
}

/** A field, or a word of which the members share one line. */
function isLine([, branch]: readonly [PathPart, Branch]): boolean {
  const children = [...branch.children.values()]
  if (children.length === 0) return true
  return children.every((child) => child.children.size === 0 && child.fields.every(({ bits }) => bits !== undefined))
}

/** What stands over a part: its name, and what it calls itself. */
export function headingOf(part: PathPart, value: unknown): string {
  const { name, address, title } = (value ?? {}) as Record<string, unknown>
  const own = [name, address, title].filter((text): text is string => typeof text === 'string' && text !== '')
  const label = typeof part === 'number' ? `[${part}]` : part
  return own.length === 0 ? label : `${label} ${own.map(printable).join(' ')}`
}

/** An offset as the text output has it: at least three hexadecimal digits. */
export function offsetText(offset: number): string {
  return `0x${offset.toString(16).padStart(3, '0')}`
}
