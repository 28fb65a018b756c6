import { EncodeError } from '../../../findings/index.ts'
import { describe, type Json, type JsonSchema } from '../../../layout/index.ts'
import { eventLine, eventSchema, readEvent, type TraceEvent } from '../../../protocol/index.ts'
import { detectMigrationTrace } from '../detect.ts'
import { readJsonLine } from '../json-line.ts'
import { designOf } from '../judge-steps.ts'
import type { Log, LogLanguage, RecordFinding, Span } from '../log.ts'

/** One event of a trace. */
export interface EventRecord {
  kind: 'event'
  event: TraceEvent
}

/** A trace as vfmig writes it: one event a line. */
export const migrationTraceLanguage: LogLanguage<EventRecord> = {
  name: 'migration-trace',
  title: 'Trace of a migration: one event a line, as vfmig simulate --trace writes it',
  source: 'vfmig; the kinds of events are its own',
  detect: detectMigrationTrace,
  strangers: 'warning',
  read: readTraceEvent,
  write: eventText,
  spans: eventSpans,
  toJson: ({ kind, event }) => ({ kind, event: { ...event } as unknown as Json }),
  fromJson: (json) => ({ ...json }) as unknown as EventRecord,
  schemas: [
    {
      type: 'object',
      properties: { kind: { const: 'event' }, event: eventSchema() },
      required: ['kind', 'event'],
      additionalProperties: false,
    } as unknown as JsonSchema,
  ],
  events: ({ records }) =>
    records.flatMap((record, index) => (record.kind === 'event' ? [{ record: index, event: record.event }] : [])),
  judge: judgeTrace,
}

function readTraceEvent(text: string): EventRecord | undefined {
  const line = readJsonLine(text)
  const reading = line === undefined ? undefined : readEvent(line.value)
  return reading !== undefined && 'event' in reading ? { kind: 'event', event: reading.event } : undefined
}

/** @throws EncodeError */
function eventText({ kind, event }: EventRecord): string {
  const reading = kind === 'event' ? readEvent(event) : undefined
  if (reading !== undefined && 'event' in reading) return eventLine(reading.event)
  const found = reading === undefined ? describe(kind) : reading.problem
  throw new EncodeError({ code: 'layout/wrong-type', path: ['event'], expected: 'an event', found })
}

function eventSpans({ event }: EventRecord, text: string): Span[] {
  const members = readJsonLine(text)?.members ?? []
  return members.map(({ name, start, end }) => {
    const value = (event as object as Record<string, unknown>)[name]
    return { path: ['event', name], start, end, value: value ?? text.slice(start, end) }
  })
}

function judgeTrace(log: Log<EventRecord>, _: unknown, set: { readonly design?: unknown }): RecordFinding[] {
  const found: RecordFinding[] = []
  for (const [record, entry] of log.records.entries()) {
    if (entry.kind !== 'text') continue
    const line = readJsonLine(entry.text)
    const reading = line === undefined ? undefined : readEvent(line.value)
    if (reading !== undefined && 'problem' in reading) {
      found.push({ record, code: 'trace/bad-event', message: reading.problem })
    }
  }
  const steps = migrationTraceLanguage.events(log, {})
  if (set.design === 'auto' && steps.length > 0 && designOf('auto', steps) === undefined) {
    const message = 'The events do not say of which design they are, and are not judged.'
    const hint = 'Add --set design=NAME.'
    found.push({ record: steps[0]?.record ?? 0, code: 'trace/design-not-named', message, hint })
  }
  return found
}
