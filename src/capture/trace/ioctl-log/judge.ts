import { counted } from '../../../findings/index.ts'
import type { OptionValues } from '../../../layout/index.ts'
import { errnoNumber } from '../../../vfio/index.ts'
import type { Line } from '../lines.ts'
import type { Log, RecordFinding } from '../log.ts'
import { type Argument, argumentBytes, argumentFindings } from './arguments.ts'
import type { IoctlLogCode } from './codes.ts'
import type { IoctlLogRecord, IoctlRecord, TransferRecord } from './record.ts'
import { argumentFormatOf, fileKind, requestsOf } from './requests.ts'

type Say = (code: IoctlLogCode, message: string, path?: readonly string[]) => void

/** What is wrong with the log itself, line by line. */
export function judgeIoctlLog(
  { records }: Log<IoctlLogRecord>,
  _lines: readonly Line[],
  set: OptionValues,
): RecordFinding[] {
  const found: RecordFinding[] = []
  let last: number | undefined
  for (const [index, record] of records.entries()) {
    const say: Say = (code, message, path) =>
      found.push({ record: index, code, message, ...(path === undefined ? {} : { path }) })
    if (record.kind === 'text') continue
    const { seq } = record
    if (seq !== undefined) {
      if (last !== undefined && seq !== last + 1)
        say('trace/sequence-gap', `The sequence number ${seq} follows ${last}.`, ['seq'])
      last = seq
    }
    if (record.kind === 'ioctl') {
      judgeRequest(record, say)
      judgeResult(record, say)
      found.push(...judgeArguments(record, set, say).map((finding) => ({ ...finding, record: index })))
    } else if (record.kind === 'read' || record.kind === 'write') {
      judgeResult(record, say)
      judgeTransfer(record, say)
    }
  }
  return found
}

function judgeRequest({ fd, request, name, number }: IoctlRecord, say: Say): void {
  const hex = `0x${number.toString(16)}`
  if (request === hex) {
    const elsewhere = requestsOf(number)
    if (elsewhere.length === 0) say('trace/unknown-request', `The request ${hex} is not known.`, ['number'])
    else say('trace/wrong-file', `A ${fd} has no request ${hex}; it is ${elsewhere.join(' or ')}.`, ['fd'])
    return
  }
  // Recorders say behind the name what of it is asked for.
  const first = name?.split(' ')[0]
  if (first !== undefined && first !== request) {
    say('trace/name-differs', `The log calls it ${first}; ${hex} of a ${fileKind(fd)} is ${request}.`, ['name'])
  }
}

function judgeResult({ result, errno }: IoctlRecord | TransferRecord, say: Say): void {
  const number = errnoNumber(errno) ?? 0
  if (result >= 0 && number !== 0) {
    say('trace/error-without-failure', `The call returned ${result}, and the error is ${errno}.`, ['errno'])
  } else if (result < 0 && number === 0) {
    say('trace/error-without-failure', `The call returned ${result}, and there is no error.`, ['errno'])
  }
}

function judgeTransfer({ result, data }: TransferRecord, say: Say): void {
  const moved = Math.max(0, result)
  if (data.length === moved) return
  say('trace/data-size-differs', `The call moved ${counted(moved, 'byte')}; the log has ${data.length}.`, ['data'])
}

function judgeArguments(record: IoctlRecord, set: OptionValues, say: Say): Omit<RecordFinding, 'record'>[] {
  const { request, before, after, size, result } = record
  const format = argumentFormatOf(request)
  const sides = { before: argumentBytes(format, before, set), after: argumentBytes(format, after, set) }
  const [sent, got] = [sides.before.length, sides.after.length]
  if (sent !== got || (size !== undefined && size !== sent)) {
    const stated = size === undefined || size === sent ? '' : ` where the log says ${size}`
    say('trace/argument-sizes-differ', `The argument has ${sent} bytes before the call and ${got} after it${stated}.`, [
      'after',
    ])
  }
  if (format === undefined) return []
  const stated = (before as { argsz?: unknown }).argsz
  if (typeof stated === 'number' && stated > sent) {
    say('trace/argument-short', `The field argsz is ${stated}; ${counted(sent, 'byte was', 'bytes were')} recorded.`, [
      'before',
    ])
  }
  for (const name of ['before', 'after'] as const) {
    if (isUndecoded(record[name])) {
      const [first] = argumentFindings(format, sides[name], set).filter(({ severity }) => severity === 'error')
      say('trace/argument-undecoded', `The argument of ${request} is kept as bytes. ${first?.message ?? ''}`.trim(), [
        name,
      ])
    }
  }
  // What is wrong with a request says why it was refused; an answer counts where there is one.
  const name = result < 0 ? 'before' : 'after'
  if (isUndecoded(record[name])) return []
  return argumentFindings(format, sides[name], set)
    .filter(({ code }) => !SAID.has(code))
    .map(({ code, message, severity, path, source }) => ({
      code,
      message,
      severity,
      path: [name, ...path],
      ...(source === undefined ? {} : { source }),
    }))
}

/** An answer that did not fit says how much is needed; a request that was cut, and a number without a name, are told by others. */
const SAID: ReadonlySet<string> = new Set(['vfio/argsz-past-end', 'layout/unknown-value'])

function isUndecoded(argument: Argument): boolean {
  return argument instanceof Uint8Array && argument.length > 0
}
