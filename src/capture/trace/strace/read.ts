import { fromHex } from '../../../layout/index.ts'
import type { Span } from '../log.ts'
import { readArguments } from './call-text.ts'
import type { StraceRecord } from './record.ts'

/** A record, and where its parts stand. */
interface LineReading {
  readonly record: StraceRecord
  readonly spans: Span[]
}

const PREFIX = /^(?:(?:\[pid +(\d+)\]|(\d+)) +)?(?:(\d\d:\d\d:\d\d(?:\.\d+)?|\d+\.\d+) )?/d
const DATA = /^ \| ([0-9a-f]{5,}) {2}((?:[0-9a-f]{2} {1,2}){1,16}) *(.*) \|$/d
const RESUMED = /^<\.\.\. ([a-z_0-9]+) resumed>/
const NAME = /^([a-z_][a-z_0-9]*)\(/
const UNFINISHED = / ?<unfinished \.\.\.>$/
const RESULT = /^ *= /

/** What a line of strace says. */
export function readStraceLine(text: string): LineReading | undefined {
  return readData(text) ?? readCall(text)
}

function readData(text: string): LineReading | undefined {
  const match = DATA.exec(text)
  if (match === null) return undefined
  const [, offsetText = '', cells = ''] = match
  const bytes = fromHex(cells.replaceAll(' ', ''))
  if (bytes === undefined) return undefined
  const offset = Number.parseInt(offsetText, 16)
  const at = (group: number) => match.indices?.[group] ?? [0, 0]
  return {
    record: { kind: 'data', offset, bytes },
    spans: [
      { path: ['offset'], start: at(1)[0], end: at(1)[1], value: offset },
      { path: ['bytes'], start: at(2)[0], end: at(2)[1], value: bytes },
    ],
  }
}

function readCall(text: string): LineReading | undefined {
  const match = PREFIX.exec(text)
  const [bracketed, plain, time] = [match?.[1], match?.[2], match?.[3]]
  const pid = bracketed ?? plain
  const prefix = { ...(pid === undefined ? {} : { pid }), ...(time === undefined ? {} : { time }) }
  const start = match?.[0].length ?? 0
  const spans: Span[] = []
  const place = match?.indices
  const pidPlace = place?.[1] ?? place?.[2]
  if (pid !== undefined && pidPlace !== undefined)
    spans.push({ path: ['pid'], start: pidPlace[0], end: pidPlace[1], value: pid })
  const timePlace = place?.[3]
  if (time !== undefined && timePlace !== undefined) {
    spans.push({ path: ['time'], start: timePlace[0], end: timePlace[1], value: time })
  }
  const body = text.slice(start)
  if (/^(\+\+\+|---) .* (\+\+\+|---)$/.test(body)) {
    spans.push({ path: ['notice'], start, end: text.length, value: body })
    return { record: { kind: 'notice', ...prefix, notice: body }, spans }
  }
  const resumed = RESUMED.exec(body)
  const name = (resumed ?? NAME.exec(body))?.[1]
  if (name === undefined) return undefined
  const nameStart = start + (resumed === null ? 0 : '<... '.length)
  spans.push({ path: ['name'], start: nameStart, end: nameStart + name.length, value: name })
  const from = start + (resumed === null ? name.length + 1 : (resumed[0]?.length ?? 0))
  if (resumed === null && UNFINISHED.test(body)) {
    const stop = text.length - (UNFINISHED.exec(body)?.[0].length ?? 0)
    const { arguments: given, spans: places } = readArguments(text, from, stop)
    spans.push(...argumentSpans(given, places))
    return { record: { kind: 'unfinished', ...prefix, name, arguments: given }, spans }
  }
  const call = readArguments(text, from)
  const equals = RESULT.exec(text.slice(call.end))
  if (!call.isClosed || equals === null) return undefined
  const resultStart = call.end + equals[0].length
  const result = text.slice(resultStart)
  spans.push(...argumentSpans(call.arguments, call.spans))
  spans.push({ path: ['result'], start: resultStart, end: text.length, value: result })
  const kind = resumed === null ? 'call' : 'resumed'
  return { record: { kind, ...prefix, name, arguments: call.arguments, result }, spans }
}

function argumentSpans(given: readonly string[], places: readonly { start: number; end: number }[]): Span[] {
  return places.map(({ start, end }, index) => ({ path: ['arguments', index], start, end, value: given[index] }))
}
