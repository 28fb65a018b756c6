import type { Side } from '../../../protocol/index.ts'
import { errnoNumber, fileKindOf } from '../../../vfio/index.ts'
import { type Body, stepOf } from '../body.ts'
import { Clock } from '../clock.ts'
import { DeviceNumbers } from '../devices.ts'
import type { Step, TextRecord } from '../log.ts'
import { Files, numberOf, type OpenFile } from './files.ts'
import type { StraceRecord } from './record.ts'
import { requestName, requestNumberOf } from './requests.ts'

/** A call with all of its arguments, wherever its lines stand. */
interface WholeCall {
  /** Index of the record that ends it. */
  readonly record: number
  readonly name: string
  readonly arguments: readonly string[]
  readonly result: string
  readonly time?: string
}

/** Every call that has ended, the parts of interrupted ones put together. */
export function wholeCalls(records: readonly (StraceRecord | TextRecord)[]): WholeCall[] {
  const begun = new Map<string, { name: string; arguments: readonly string[] }>()
  const calls: WholeCall[] = []
  for (const [record, entry] of records.entries()) {
    if (entry.kind === 'unfinished') {
      begun.set(entry.pid ?? '', { name: entry.name, arguments: withoutOpenEnd(entry.arguments) })
    } else if (entry.kind === 'call' || entry.kind === 'resumed') {
      const before = entry.kind === 'resumed' ? begun.get(entry.pid ?? '') : undefined
      const start = before?.name === entry.name ? before.arguments : []
      const { name, result, time } = entry
      const all = [...start, ...entry.arguments]
      calls.push({ record, name, arguments: all, result, ...(time === undefined ? {} : { time }) })
    }
  }
  return calls
}

/** An interrupted call ends with a comma and nothing behind it. */
function withoutOpenEnd(given: readonly string[]): readonly string[] {
  return given.at(-1)?.trim() === '' ? given.slice(0, -1) : given
}

/** What happened, in the order of the log. */
export function straceEvents(records: readonly (StraceRecord | TextRecord)[], side: Side): Step[] {
  const clock = new Clock()
  const days = new Days()
  const devices = new DeviceNumbers()
  const files = new Files()
  const steps: Step[] = []
  let device: string | undefined
  for (const call of wholeCalls(records)) {
    const at = clock.at(days.micros(call.time), call.record)
    const file = files.of(call.arguments[0])
    // Data descriptors come from the device that was spoken to before.
    device = file?.device ?? device
    const own = file?.kind === 'migration-data' ? device : file?.device
    const bodies = bodiesOf(call, file)
    const isNew = own !== undefined && bodies.length > 0 && devices.isNew(own)
    const number = bodies.length > 0 ? devices.of(own) : {}
    const all: Body[] = isNew ? [{ kind: 'device-named', name: own }, ...bodies] : bodies
    for (const body of all) {
      steps.push(stepOf(call.record, at, side, { ...body, ...number }))
    }
    follow(call, files)
  }
  return steps
}

/** What a call means for the files that are open. */
function follow({ name, arguments: given, result }: WholeCall, files: Files): void {
  const [first] = given
  if (isFailure(result)) return
  if (name === 'openat' || name === 'open') {
    const path = given[name === 'openat' ? 1 : 0]
    const kind = fileKindOf(path?.slice(1, -1) ?? '')
    if (kind === undefined) files.closed(result)
    else files.opened(result, kind)
  } else if (name.startsWith('dup')) files.doubled(first, result)
  else if (name === 'close') files.closed(first)
  else if (name === 'ioctl') {
    const number = requestNumberOf(given[1] ?? '')
    const kind = files.of(first)?.kind
    const request = number === undefined ? '' : requestName(given[1] ?? '', number, kind)
    if (request === 'VFIO_GROUP_GET_DEVICE_FD') files.opened(result, 'device')
  }
}

function bodiesOf({ name, arguments: given, result }: WholeCall, file: OpenFile | undefined): Body[] {
  if (name === 'ioctl') {
    const number = requestNumberOf(given[1] ?? '')
    if (number === undefined) return []
    const request = requestName(given[1] ?? '', number, file?.kind)
    if (request === 'VFIO_DEVICE_RESET' && !isFailure(result)) return [{ kind: 'device', state: 'reset' }]
    return [{ kind: 'ioctl', name: request, result: resultOf(result) }]
  }
  if (file?.kind !== 'migration-data') return []
  const moved = resultOf(result)
  const asked = Number(given[2])
  const facts = { ...(Number.isSafeInteger(asked) ? { asked } : {}), bytes: Math.max(0, moved), result: moved }
  if (name === 'read') return [{ kind: 'data-read', ...facts }]
  if (name === 'write') return [{ kind: 'data-written', ...facts }]
  return name === 'close' ? [{ kind: 'data-closed' }] : []
}

function isFailure(result: string): boolean {
  return result.startsWith('-1') || result.startsWith('?')
}

/** 0 or positive; negative: the error number. */
function resultOf(result: string): number {
  const number = numberOf(result) ?? 0
  if (number >= 0) return number
  const error = /^-1 (E[A-Z0-9]+)/.exec(result)?.[1]
  return -((error === undefined ? undefined : errnoNumber(error)) ?? 1)
}

const DAY = 24 * 3600

/** Times of day that go on after midnight. */
class Days {
  private last = 0
  private passed = 0

  /** Microseconds of a printed time. */
  micros(time: string | undefined): number | undefined {
    if (time === undefined) return undefined
    const parts = time.split(':').map(Number)
    if (parts.length === 1) return Number(time) * 1e6
    const [hours = 0, minutes = 0, seconds = 0] = parts
    const second = hours * 3600 + minutes * 60 + seconds
    if (second < this.last - DAY / 2) this.passed += DAY
    this.last = second
    return (second + this.passed) * 1e6
  }
}
