import { type CodeEntry, EncodeError, type Finding, type Path } from '../../findings/index.ts'
import {
  arrayOf,
  completeOptions,
  type Json,
  type JsonSchema,
  joined,
  type Located,
  type OptionMap,
  type OptionValues,
  recordOf,
  sameValue,
  toBytes,
  wrongType,
} from '../../layout/index.ts'
import { protocolCodes, SIDES } from '../../protocol/index.ts'
import { traceLogCodes } from './codes.ts'
import { exactBytes } from './exact-text.ts'
import { DESIGN_CHOICES, designOf, judgeSteps, judgeStrangers } from './judge-steps.ts'
import { LINE_ENDS, type Line, type LineEnd, linesOf } from './lines.ts'
import type { Kept, Log, LogFormat, LogLanguage, RecordFinding, Span, TextRecord } from './log.ts'
import { tiled } from './tile.ts'

const commonOptions = {
  side: {
    kind: 'choice',
    values: SIDES,
    default: 'source',
    meaning: 'machine that the log is of, where it does not say so itself',
  },
  design: {
    kind: 'choice',
    values: DESIGN_CHOICES,
    default: 'auto',
    meaning: 'design whose rules judge the events; auto: the one that only they can belong to',
  },
} as const satisfies OptionMap

/** The format of logs in one language: every line is kept exactly, and what happened is judged like any trace. */
export function logFormat<R extends object>(language: LogLanguage<R>): LogFormat<R> {
  const options: OptionMap = { ...commonOptions, ...language.options }
  const complete = (given?: OptionValues) => completeOptions(options, given)
  return {
    name: language.name,
    title: language.title,
    source: language.source,
    evidence: 'verified',
    options,
    ksy: 'none',
    structures: language.structures ?? [],
    codes: { ...traceLogCodes.entries, ...language.codes },
    automatic: true,
    detect: language.detect,
    decode: (input, given) => decodeLog(language, linesOf(toBytes(input)), complete(given)),
    encode: (value, given) => encodeLog(language, value, complete(given)),
    inspect(input, given) {
      const lines = linesOf(toBytes(input))
      const set = complete(given)
      const value = decodeLog(language, lines, set)
      return { value, findings: findingsOf(language, value, lines, set) }
    },
    fields(input, given) {
      const lines = linesOf(toBytes(input))
      const set = complete(given)
      const { records } = decodeLog(language, lines, set)
      return lines.flatMap((line, index) => lineFields(language, records[index] as Kept<R>, line, index, set))
    },
    events: (log, given) => language.events(log, complete(given)),
    toJson: ({ records }) => ({ records: records.map((record) => recordToJson(language, record)) }),
    fromJson: (json, given) => logFromJson(language, json, complete(given)),
    schema: () => logSchema(language.schemas),
  }
}

function readRecord<R extends object>(language: LogLanguage<R>, text: string, options: OptionValues): R | TextRecord {
  return language.read(text, options) ?? { kind: 'text', text }
}

function isText(record: object): record is TextRecord {
  return (record as TextRecord).kind === 'text'
}

function decodeLog<R extends object>(language: LogLanguage<R>, lines: readonly Line[], options: OptionValues): Log<R> {
  return {
    records: lines.map(({ text, end }) => {
      const record: Kept<R | TextRecord> = readRecord(language, text, options)
      if (!isText(record) && usualText(language, record, options) !== text) record.raw = text
      if (end !== 'lf') record.end = end
      return record
    }),
  }
}

/** The usual text of a record; undefined where it has none, as for numbers that JSON would write in another way. */
function usualText<R extends object>(language: LogLanguage<R>, record: R, options: OptionValues): string | undefined {
  try {
    return language.write(record, options)
  } catch (error) {
    if (error instanceof EncodeError) return undefined
    throw error
  }
}

/** @throws EncodeError */
function encodeLog<R extends object>(language: LogLanguage<R>, value: Log<R>, options: OptionValues): Uint8Array {
  const records = arrayOf(recordOf(value, []).records, ['records'])
  return joined(
    records.flatMap((entry, index) => {
      const path: Path = ['records', index]
      const { raw, end, ...own } = recordOf(entry, path)
      const text = lineText(language, own, raw, path, options)
      if (!sameValue(readRecord(language, text, options), own)) {
        throw new EncodeError({
          code: 'trace/record-differs',
          path,
          expected: 'a record as its line says it',
          found: raw === undefined ? 'one that would be read as another' : 'another line in raw',
        })
      }
      const bytes = exactBytes(text)
      if (bytes === undefined) throw wrongType([...path, 'raw'], 'a text that bytes can have', text)
      const ending = lineEnd(end, text, index === records.length - 1, path)
      return [bytes, new TextEncoder().encode(LINE_ENDS[ending])]
    }),
  )
}

function lineText<R extends object>(
  language: LogLanguage<R>,
  own: Record<string, unknown>,
  raw: unknown,
  path: Path,
  options: OptionValues,
): string {
  const text = raw ?? (own.kind === 'text' ? own.text : undefined)
  if (raw !== undefined && typeof raw !== 'string') throw wrongType([...path, 'raw'], 'a line of text', raw)
  const line = text ?? language.write(own as R, options)
  if (typeof line !== 'string' || line.includes('\n')) throw wrongType(path, 'a record of one line', line)
  return line
}

/** @throws EncodeError for an end that the reader would take for another */
function lineEnd(end: unknown, text: string, isLast: boolean, path: Path): LineEnd {
  const isKnown = end === undefined || end === 'crlf' || (end === 'none' && isLast && text !== '')
  const isClear = end !== undefined || !text.endsWith('\r')
  if (isKnown && isClear) return end ?? 'lf'
  throw wrongType([...path, 'end'], 'crlf, none at the end of a last line that is not empty, or nothing', end)
}

function findingsOf<R extends object>(
  language: LogLanguage<R>,
  log: Log<R>,
  lines: readonly Line[],
  options: OptionValues,
): Finding[] {
  const found: RecordFinding[] = judgeStrangers(log.records as { kind?: unknown }[], language.strangers)
  const last = lines.length - 1
  if (lines[last]?.end === 'none') {
    found.push({ record: last, code: 'trace/no-final-line-end', message: 'The last line has no end.' })
  }
  found.push(...(language.judge?.(log, lines, options) ?? []))
  const steps = language.events(log, options)
  const design = designOf(options.design, steps, language.registersOf)
  if (design !== undefined) found.push(...judgeSteps(steps, design))
  const entries: Readonly<Record<string, CodeEntry>> = {
    ...traceLogCodes.entries,
    ...protocolCodes.entries,
    ...language.codes,
  }
  const placed = found.map((finding) => placedFinding(finding, lines, entries))
  return placed.sort((a, b) => a.offset - b.offset)
}

function placedFinding(
  { record, code, message, severity, hint, source, path }: RecordFinding,
  lines: readonly Line[],
  entries: Readonly<Record<string, CodeEntry>>,
): Finding {
  const line = lines[record] ?? { text: '', end: 'none', offset: 0, length: 0 }
  const { offset, length } = line
  const entry = entries[code]
  const from = source ?? entry?.source
  return {
    code,
    severity: severity ?? entry?.severity ?? 'warning',
    message,
    offset,
    length,
    ...(lines.length === 0 ? {} : { line: record + 1 }),
    path: lines.length === 0 ? [] : ['records', record, ...(path ?? [])],
    ...(hint === undefined ? {} : { hint }),
    ...(from === undefined ? {} : { source: from }),
  }
}

function lineFields<R extends object>(
  language: LogLanguage<R>,
  record: Kept<R | TextRecord>,
  line: Line,
  index: number,
  options: OptionValues,
): Located[] {
  const spans = isText(record) ? [] : language.spans(record as R, line.text, options)
  const isCovered = spans.some(({ start, end }) => end > start)
  // A line that is empty still has its end.
  const size = Math.max(1, line.text.length)
  const whole: Span = { path: ['text'], start: 0, end: size, value: line.text }
  return tiled(line, isCovered ? spans : [whole], ['records', index])
}

function recordToJson<R extends object>(language: LogLanguage<R>, record: Kept<R | TextRecord>): Json {
  const { raw, end, ...own } = record
  const json = isText(own) ? { kind: own.kind, text: own.text } : language.toJson(own as R)
  return {
    ...(json as Record<string, Json>),
    ...(raw === undefined ? {} : { raw }),
    ...(end === undefined ? {} : { end }),
  }
}

/** @throws EncodeError */
function logFromJson<R extends object>(language: LogLanguage<R>, json: Json, options: OptionValues): Log<R> {
  const records = arrayOf(recordOf(json, []).records, ['records'])
  return {
    records: records.map((entry, index) => {
      const path: Path = ['records', index]
      const { raw, end, ...own } = recordOf(entry, path) as Record<string, Json>
      const said: object = own.kind === 'text' ? own : language.fromJson(own, path, options)
      const record: Record<string, unknown> = { ...said }
      if (raw !== undefined) record.raw = raw
      if (end !== undefined) record.end = end
      return record as Kept<R | TextRecord>
    }),
  }
}

function logSchema(schemas: readonly JsonSchema[]): JsonSchema {
  const kept = { raw: { type: 'string' }, end: { enum: ['crlf', 'none'] } }
  const text = {
    type: 'object',
    properties: { kind: { const: 'text' }, text: { type: 'string' } },
    required: ['kind', 'text'],
  }
  const records = [text, ...schemas].map((schema) => {
    const { properties } = schema as { properties?: Record<string, Json> }
    return { ...schema, properties: { ...properties, ...kept } }
  })
  return {
    type: 'object',
    properties: { records: { type: 'array', items: { anyOf: records as unknown as Json[] } as JsonSchema } },
    required: ['records'],
    additionalProperties: false,
  } as JsonSchema
}
