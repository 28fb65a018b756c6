import { type Json, type JsonSchema, wrongType } from '../../../layout/index.ts'
import type { Side } from '../../../protocol/index.ts'
import { SIDES } from '../../../protocol/index.ts'
import { detectQemuTraceLog } from '../detect.ts'
import type { Log, LogLanguage, RecordFinding, Span, TextRecord } from '../log.ts'
import { traceLogEvents } from './events.ts'
import type { TraceArguments } from './patterns.ts'
import { traceEvents } from './table.ts'

/** A line of one trace event. */
export interface TraceRecord {
  kind: 'event'
  /** What stands before the name: process and time of the log backend, or what a system log adds. */
  prefix?: string
  name: string
  /** Named arguments; absent where the form of the line is not known. */
  arguments?: TraceArguments
  /** What stands behind the name, where that is not known. */
  rest?: string
}

/** A line that says of which machine the following ones are. */
export interface SideRecord {
  kind: 'side'
  side: Side
}

export type QemuTraceRecord = TraceRecord | SideRecord

/** What QEMU prints with -trace: one event a line. */
export const qemuTraceLanguage: LogLanguage<QemuTraceRecord> = {
  name: 'qemu-trace-log',
  title: 'QEMU trace log of VFIO and migration events',
  source: 'QEMU hw/vfio/trace-events, migration/trace-events; log backend of docs/devel/tracing.rst',
  detect: detectQemuTraceLog,
  strangers: 'info',
  read: readTraceLine,
  write: traceLine,
  spans: traceSpans,
  toJson: (record) => ({ ...record }) as unknown as Json,
  fromJson: (json) => ({ ...json }) as unknown as QemuTraceRecord,
  schemas: schemas(),
  events: ({ records }, set) => traceLogEvents(records, set.side as Side),
  // Up to QEMU 7.2 a state is written to the register of the migration region.
  registersOf: 'vfio-v1',
  judge: unknownNames,
}

const SIDE = /^--- (source|destination) ---$/
const NAME = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)+$/
const BACKEND = /^\d+@\d+\.\d{6}:/
/** What a system log puts in front is short. */
const LONGEST_PREFIX = 160

function readTraceLine(text: string): QemuTraceRecord | undefined {
  const side = SIDE.exec(text)?.[1]
  if (side !== undefined) return { kind: 'side', side: side as Side }
  const found = nameIn(text)
  if (found === undefined) return undefined
  const { start, name } = found
  const rest = text.slice(start + name.length)
  const known = readArguments(name, rest)
  return {
    kind: 'event',
    ...(start === 0 ? {} : { prefix: text.slice(0, start) }),
    name,
    ...(known === undefined ? { rest } : { arguments: known.arguments }),
  }
}

/** The event that a line names: a known one anywhere near its start, or any where a name has to be. */
function nameIn(text: string): { readonly start: number; readonly name: string } | undefined {
  const first = BACKEND.exec(text)?.[0].length ?? 0
  const word = wordAt(text, first)
  if (NAME.test(word)) return { start: first, name: word }
  for (const match of text.slice(0, LONGEST_PREFIX).matchAll(/(?<=[\s:\]])[a-z][a-z0-9_]*/g)) {
    const name = wordAt(text, match.index)
    if (traceEvents.has(name)) return { start: match.index, name }
  }
  return undefined
}

function wordAt(text: string, start: number): string {
  const blank = text.indexOf(' ', start)
  return text.slice(start, blank === -1 ? undefined : blank)
}

/** QEMU's own names are short; the patterns look at every way to divide a text. */
const LONGEST_ARGUMENTS = 4096

/** Arguments behind a name and the blank that follows it. */
function readArguments(name: string, rest: string) {
  if (!rest.startsWith(' ') || rest.length > LONGEST_ARGUMENTS) return undefined
  const text = rest.slice(1)
  for (const pattern of traceEvents.get(name)?.patterns ?? []) {
    const read = pattern.read(text)
    if (read !== undefined) return read
  }
  return undefined
}

/** @throws EncodeError */
function traceLine(record: QemuTraceRecord): string {
  if (record.kind === 'side') {
    if (!SIDES.includes(record.side)) throw wrongType(['side'], SIDES.join(' or '), record.side)
    return `--- ${record.side} ---`
  }
  const { kind, prefix, name, rest } = record
  if (kind !== 'event') throw wrongType(['kind'], 'event, side or text', kind)
  if (typeof name !== 'string' || (prefix !== undefined && typeof prefix !== 'string')) {
    throw wrongType(['name'], 'the name of a trace event', name)
  }
  const behind = record.arguments === undefined ? rest : argumentsText(name, record.arguments)
  if (typeof behind !== 'string') throw wrongType(['arguments'], `arguments of ${name}`, record.arguments)
  return `${prefix ?? ''}${name}${behind}`
}

function argumentsText(name: string, given: unknown): string | undefined {
  if (given === null || typeof given !== 'object') return undefined
  const isPlain = Object.values(given).every((value) => typeof value === 'string' || typeof value === 'number')
  if (!isPlain) return undefined
  for (const pattern of traceEvents.get(name)?.patterns ?? []) {
    const text = pattern.write(given as TraceArguments)
    if (text !== undefined) return ` ${text}`
  }
  return undefined
}

function traceSpans(record: QemuTraceRecord, text: string): Span[] {
  if (record.kind === 'side') return [{ path: ['side'], start: 0, end: text.length, value: record.side }]
  const { prefix, name, rest } = record
  const start = prefix?.length ?? 0
  const behind = start + name.length
  const spans: Span[] = []
  if (prefix !== undefined) spans.push({ path: ['prefix'], start: 0, end: start, value: prefix })
  spans.push({ path: ['name'], start, end: behind, value: name })
  if (rest !== undefined && rest !== '') spans.push({ path: ['rest'], start: behind, end: text.length, value: rest })
  for (const span of readArguments(name, text.slice(behind))?.spans ?? []) {
    const value = record.arguments?.[span.name]
    spans.push({ path: ['arguments', span.name], start: behind + 1 + span.start, end: behind + 1 + span.end, value })
  }
  return spans
}

/** Names that are not in the table, with how often each occurs, said once. */
function unknownNames({ records }: Log<QemuTraceRecord>): RecordFinding[] {
  const counts = new Map<string, number>()
  let first: number | undefined
  for (const [index, record] of (records as readonly (QemuTraceRecord | TextRecord)[]).entries()) {
    if (record.kind !== 'event' || record.arguments !== undefined) continue
    first ??= index
    counts.set(record.name, (counts.get(record.name) ?? 0) + 1)
  }
  if (first === undefined) return []
  const shown = [...counts].slice(0, MOST_NAMES).map(([name, count]) => `${name} ${count}`)
  const more = counts.size > MOST_NAMES ? ` and ${counts.size - MOST_NAMES} other names` : ''
  const message = `These trace events, or the forms of their lines, are not known: ${shown.join(', ')}${more}.`
  return [{ record: first, code: 'trace/unknown-names', message }]
}

const MOST_NAMES = 8

function schemas(): JsonSchema[] {
  const text = { type: 'string' }
  const given = { type: 'object', additionalProperties: { type: ['string', 'number'] } }
  return [
    {
      type: 'object',
      properties: { kind: { const: 'event' }, prefix: text, name: text, arguments: given, rest: text },
      required: ['kind', 'name'],
      additionalProperties: false,
    },
    {
      type: 'object',
      properties: { kind: { const: 'side' }, side: { enum: SIDES } },
      required: ['kind', 'side'],
      additionalProperties: false,
    },
  ] as unknown as JsonSchema[]
}
