import type { Path } from '../../../findings/index.ts'
import { arrayOf, runOf, wrongType } from '../../../layout/index.ts'
import type { StraceRecord } from './record.ts'

/** Results are aligned to this column where the call leaves room. */
const COLUMN = 39
const ROW = 16
/** Sixteen cells, a blank between them and one more in the middle. */
const CELLS = 3 * ROW

/** The line of a record as strace prints it. @throws EncodeError */
export function straceLine(record: StraceRecord): string {
  if (record.kind === 'data') return dataLine(record)
  const start = prefixText(record)
  switch (record.kind) {
    case 'notice':
      return start + textOf(record.notice, ['notice'])
    case 'call':
      return withResult(`${start}${nameOf(record)}(${argumentsOf(record)})`, record.result)
    case 'resumed':
      return withResult(`${start}<... ${nameOf(record)} resumed>${argumentsOf(record)})`, record.result)
    case 'unfinished':
      return `${start}${nameOf(record)}(${argumentsOf(record)} <unfinished ...>`
    default:
      throw wrongType(['kind'], 'call, unfinished, resumed, data, notice or text', (record as { kind: unknown }).kind)
  }
}

function prefixText({ pid, time }: { readonly pid?: string; readonly time?: string }): string {
  const parts = [pid, time].filter((part) => part !== undefined)
  return parts.map((part, index) => `${textOf(part, [index === 0 ? 'pid' : 'time'])} `).join('')
}

function nameOf({ name }: { readonly name: string }): string {
  return textOf(name, ['name'])
}

function argumentsOf({ arguments: given }: { readonly arguments: readonly string[] }): string {
  const all = arrayOf(given, ['arguments']).map((one, index) => textOf(one, ['arguments', index]))
  // An interrupted call that is to go on ends with its comma.
  return all.join(', ')
}

function withResult(call: string, result: unknown): string {
  return `${call.padEnd(COLUMN)} = ${textOf(result, ['result'])}`
}

function dataLine(record: { readonly offset: number; readonly bytes: Uint8Array }): string {
  const bytes = runOf(record.bytes, ['bytes'])
  const { offset } = record
  if (!Number.isSafeInteger(offset) || offset < 0) throw wrongType(['offset'], 'an offset', offset)
  let cells = ''
  let shown = ''
  for (const [at, byte] of bytes.entries()) {
    cells += `${at === ROW / 2 ? ' ' : ''}${byte.toString(16).padStart(2, '0')} `
    shown += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.'
  }
  return ` | ${offset.toString(16).padStart(5, '0')}  ${cells.padEnd(CELLS + 1)} ${shown.padEnd(ROW)} |`
}

function textOf(value: unknown, path: Path): string {
  if (typeof value === 'string') return value
  throw wrongType(path, 'a text', value)
}
