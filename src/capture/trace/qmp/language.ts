import { EncodeError } from '../../../findings/index.ts'
import { describe, type Json, type JsonSchema } from '../../../layout/index.ts'
import type { Side } from '../../../protocol/index.ts'
import { detectQmpLog } from '../detect.ts'
import { readJsonLine } from '../json-line.ts'
import { jsonText, QEMU_STYLE } from '../json-text.ts'
import type { LogLanguage, Span } from '../log.ts'
import { LONGEST_PREFIX } from '../log-kind.ts'
import { qmpCodes } from './codes.ts'
import { qmpEvents } from './events.ts'
import { judgeQmp } from './judge.ts'

/** One message of QEMU's monitor protocol, in either direction. */
export interface QmpRecord {
  kind: 'message'
  /** What the recorder put in front, such as a time or an arrow. */
  prefix?: string
  /** Greeting, event, answer, error or command. */
  message: { [name: string]: Json }
}

/** Messages of QEMU's monitor, one JSON object a line. */
export const qmpLanguage: LogLanguage<QmpRecord> = {
  name: 'qmp-log',
  title: 'QMP log: messages of the monitor of QEMU, one a line',
  source: 'QEMU docs/interop/qmp-spec.rst; qapi/migration.json, qapi/vfio.json, qapi/run-state.json',
  detect: detectQmpLog,
  codes: qmpCodes.entries,
  strangers: 'warning',
  read: readMessage,
  write: messageText,
  spans: messageSpans,
  toJson: ({ kind, prefix, message }) => ({ kind, ...(prefix === undefined ? {} : { prefix }), message }),
  fromJson: (json) => ({ ...json }) as unknown as QmpRecord,
  schemas: [
    {
      type: 'object',
      properties: { kind: { const: 'message' }, prefix: { type: 'string' }, message: { type: 'object' } },
      required: ['kind', 'message'],
      additionalProperties: false,
    } as unknown as JsonSchema,
  ],
  events: ({ records }, set) => qmpEvents(records, set.side as Side),
  judge: judgeQmp,
}

function readMessage(text: string): QmpRecord | undefined {
  const start = text.indexOf('{')
  if (start > LONGEST_PREFIX || start === -1) return undefined
  const message = readJsonLine(text, start)?.value
  if (message === undefined) return undefined
  return { kind: 'message', ...(start === 0 ? {} : { prefix: text.slice(0, start) }), message }
}

/** @throws EncodeError */
function messageText({ kind, prefix, message }: QmpRecord): string {
  const isObject = message !== null && typeof message === 'object' && !Array.isArray(message)
  if (kind !== 'message' || !isObject || (prefix !== undefined && typeof prefix !== 'string')) {
    const found = describe(kind === 'message' ? message : kind)
    throw new EncodeError({ code: 'layout/wrong-type', path: [], expected: 'a message with its object', found })
  }
  return `${prefix ?? ''}${jsonText(message, QEMU_STYLE, ['message'])}`
}

function messageSpans({ prefix, message }: QmpRecord, text: string): Span[] {
  const start = prefix?.length ?? 0
  const members = readJsonLine(text, start)?.members ?? []
  const spans: Span[] = prefix === undefined ? [] : [{ path: ['prefix'], start: 0, end: start, value: prefix }]
  for (const { name, start: from, end } of members) {
    const value = message[name]
    const shown = value !== null && typeof value === 'object' ? text.slice(from, end) : value
    spans.push({ path: ['message', name], start: from, end, value: shown ?? text.slice(from, end) })
  }
  return spans
}
