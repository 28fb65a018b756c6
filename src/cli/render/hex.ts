import { counted, printPath } from '../../findings/index.ts'
import type { Located } from '../../layout/index.ts'
import { bitsText, fieldText } from './field.ts'
import type { Palette } from './palette.ts'
import { printable } from './printable.ts'

const ROW = 16

/** Neighbouring members of one word, or one field. */
interface Group {
  readonly offset: number
  readonly length: number
  readonly fields: Located[]
}

/** An annotated hex dump: a line a field with its bytes, long runs in rows of 16 with repeated rows left out. */
export function* hexLines(bytes: Uint8Array, fields: readonly Located[], palette: Palette): Generator<string> {
  for (const group of groups(fields)) {
    const [first] = group.fields
    if (first === undefined) continue
    if (group.length > ROW) {
      yield `${' '.repeat(8)}  ${palette.bold(printable(printPath(first.path)))}  ${counted(group.length, 'byte')}`
      yield* runRows(bytes.subarray(group.offset, group.offset + group.length), group.offset, palette)
      continue
    }
    const run = hexText(bytes.subarray(group.offset, group.offset + group.length))
    yield `${address(group.offset, palette)}  ${run.padEnd(ROW * 3 - 1)}  ${label(group.fields, palette)}`
  }
}

function label(fields: readonly Located[], palette: Palette): string {
  const [first] = fields as [Located]
  const word = first.bits !== undefined
  const path = palette.bold(printable(printPath(word ? first.path.slice(0, -1) : first.path)))
  return `${path}  ${word ? bitsText(fields) : fieldText(first)}`
}

function groups(fields: readonly Located[]): Group[] {
  const groups: Group[] = []
  for (const field of fields) {
    const last = groups.at(-1)
    const joins = field.bits !== undefined && last?.offset === field.offset && last.fields[0]?.bits !== undefined
    if (joins) last.fields.push(field)
    else if (field.length > 0) groups.push({ offset: field.offset, length: field.length, fields: [field] })
  }
  return groups
}

function* runRows(run: Uint8Array, offset: number, palette: Palette): Generator<string> {
  let previous = ''
  let skipped = false
  for (let at = 0; at < run.length; at += ROW) {
    const row = run.subarray(at, at + ROW)
    const text = hexText(row)
    const last = at + ROW >= run.length
    if (text === previous && !last) {
      if (!skipped) yield '*'
      skipped = true
      continue
    }
    previous = text
    skipped = false
    yield `${address(offset + at, palette)}  ${text.padEnd(ROW * 3 - 1)}  ${palette.dim(`|${ascii(row)}|`)}`
  }
}

function address(offset: number, palette: Palette): string {
  return palette.dim(offset.toString(16).padStart(8, '0'))
}

function hexText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
}

function ascii(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('')
}
