import { BYTES_SCHEMA, bytesFromJson, type Json, type JsonSchema, toHex } from '../../../layout/index.ts'
import type { Side } from '../../../protocol/index.ts'
import { detectStraceLog } from '../detect.ts'
import type { Log, LogLanguage, RecordFinding } from '../log.ts'
import { straceCodes } from './codes.ts'
import { straceEvents, wholeCalls } from './events.ts'
import { Files } from './files.ts'
import { readStraceLine } from './read.ts'
import type { StraceRecord } from './record.ts'
import { requestNumberOf } from './requests.ts'
import { straceLine } from './write.ts'

/** What strace prints of a process that uses VFIO. */
export const straceLanguage: LogLanguage<StraceRecord> = {
  name: 'strace-log',
  title: 'strace log of VFIO calls, with the data of reads and writes',
  source: 'strace 6.1 -f -y -tt -e read=all -e write=all; requests of linux/vfio.h',
  detect: detectStraceLog,
  codes: straceCodes.entries,
  strangers: 'info',
  read: (text) => readStraceLine(text)?.record,
  write: straceLine,
  spans: (_, text) => readStraceLine(text)?.spans ?? [],
  toJson: (record) =>
    (record.kind === 'data' ? { ...record, bytes: toHex(record.bytes) } : { ...record }) as unknown as Json,
  fromJson(json, path) {
    if (json.kind !== 'data') return { ...json } as unknown as StraceRecord
    return { ...json, bytes: bytesFromJson(json.bytes, [...path, 'bytes']) } as unknown as StraceRecord
  },
  schemas: schemas(),
  events: ({ records }, set) => straceEvents(records, set.side as Side),
  judge: judgeStrace,
}

/** What a log of strace cannot say, once each. */
function judgeStrace({ records }: Log<StraceRecord>): RecordFinding[] {
  const found: RecordFinding[] = []
  const files = new Files()
  const said = new Set<string>()
  const say = (record: number, code: keyof typeof straceCodes.entries, message: string) => {
    if (!said.has(code)) found.push({ record, code, message })
    said.add(code)
  }
  for (const { record, name, arguments: given } of wholeCalls(records)) {
    if (name !== 'ioctl' || requestNumberOf(given[1] ?? '') === undefined) continue
    const calls = 'strace shows addresses for the arguments of VFIO requests.'
    if (given[2]?.startsWith('0x')) say(record, 'trace/arguments-missing', calls)
    const [first] = given
    const isKnown = files.of(first) !== undefined
    // Without paths the openings have to be in the log; only what names none is told.
    if (!isKnown && !said.has('trace/file-kind-unknown') && !(first ?? '').includes('<') && !isOpened(records, first)) {
      say(record, 'trace/file-kind-unknown', `The log does not say which file descriptor ${first} is.`)
    }
  }
  return found
}

/** Whether any call of the log gave this descriptor. */
function isOpened(records: Log<StraceRecord>['records'], fd: string | undefined): boolean {
  return records.some((record) => 'result' in record && record.result === fd)
}

function schemas(): JsonSchema[] {
  const [text, number] = [{ type: 'string' }, { type: 'number' }]
  const prefix = { pid: text, time: text }
  const given = { type: 'array', items: text }
  const of = (kinds: readonly string[], properties: object) =>
    ({
      type: 'object',
      properties: { kind: { enum: kinds }, ...properties },
      required: ['kind'],
      additionalProperties: false,
    }) as unknown as JsonSchema
  return [
    of(['call', 'unfinished', 'resumed'], { ...prefix, name: text, arguments: given, result: text }),
    of(['data'], { offset: number, bytes: BYTES_SCHEMA }),
    of(['notice'], { ...prefix, notice: text }),
  ]
}
