import type { OptionValues } from '../../../layout/index.ts'
import { fromHex } from '../../../layout/index.ts'
import { readJsonLine } from '../json-line.ts'
import type { Span } from '../log.ts'
import { type Argument, argumentFields } from './arguments.ts'
import type { IoctlLogRecord, IoctlRecord } from './record.ts'
import { argumentFormatOf } from './requests.ts'

/** Members of a record by the names that the line has for them, per kind. */
const NAMES: Readonly<Record<string, string>> = { cmd: 'number', ioctl: 'name', ret: 'result' }
const FILES = ['fd', 'read', 'write', 'close']
const ARGUMENTS: Readonly<Record<string, 'before' | 'after'>> = { in: 'before', out: 'after' }

/** Where the members of a record stand in its line; those of arguments in the digits of their bytes. */
export function ioctlSpans(record: IoctlLogRecord, text: string, set: OptionValues): Span[] {
  const members = readJsonLine(text)?.members ?? []
  return members.flatMap(({ name, start, end }) => {
    const argument = record.kind === 'ioctl' ? ARGUMENTS[name] : undefined
    if (argument !== undefined) return argumentSpans(record as IoctlRecord, argument, text, start, end, set)
    const member = FILES.includes(name) ? 'fd' : (NAMES[name] ?? name)
    const value = (record as object as Record<string, unknown>)[member]
    const spans: Span[] = [{ path: [member], start, end, value: value ?? text.slice(start, end) }]
    // The number says what is asked for.
    if (member === 'number') spans.push({ path: ['request'], start: end, end, value: (record as IoctlRecord).request })
    return spans
  })
}

function argumentSpans(
  record: IoctlRecord,
  name: 'before' | 'after',
  text: string,
  start: number,
  end: number,
  set: OptionValues,
): Span[] {
  const argument: Argument = record[name]
  const digits = text.slice(start + 1, end - 1)
  const bytes = fromHex(digits)
  const fields = bytes === undefined ? [] : argumentFields(argumentFormatOf(record.request), argument, bytes, set)
  if (fields.length === 0) return [{ path: [name], start, end, value: argument }]
  return fields.map(({ path, offset, length, bits, ...field }) => ({
    ...field,
    path: [name, ...path],
    start: start + 1 + 2 * offset,
    end: start + 1 + 2 * (offset + length),
    ...(bits === undefined ? {} : { bits }),
  })) as Span[]
}
