import type { Path } from '../../../findings/index.ts'
import {
  BYTES_SCHEMA,
  byteOrderOption,
  bytesFromJson,
  fromHex,
  type Json,
  type JsonSchema,
  type OptionValues,
  toHex,
  wrongType,
} from '../../../layout/index.ts'
import { errnoName, errnoNumber } from '../../../vfio/index.ts'
import { detectIoctlLog } from '../detect.ts'
import { readJsonLine } from '../json-line.ts'
import { COMPACT, jsonText } from '../json-text.ts'
import type { LogLanguage } from '../log.ts'
import { argumentBytes, argumentFromJson, argumentToJson, readArgument } from './arguments.ts'
import { ioctlLogCodes } from './codes.ts'
import { ioctlEvents } from './events.ts'
import { judgeIoctlLog } from './judge.ts'
import type { CloseRecord, IoctlLogRecord, IoctlRecord, NoteRecord, TransferRecord } from './record.ts'
import { argumentFormatOf, argumentFormats, fileKind, requestOf } from './requests.ts'
import { ioctlSpans } from './spans.ts'

/** One JSON object a line: each ioctl with its argument before and after, reads and writes of device state, notes. */
export const ioctlLanguage: LogLanguage<IoctlLogRecord> = {
  name: 'vfio-ioctl-log',
  title: 'VFIO ioctl log: JSON lines with argument bytes before and after each call',
  source: 'recorders of VFIO calls; requests of linux/vfio.h',
  detect: detectIoctlLog,
  options: byteOrderOption,
  structures: argumentFormats.flatMap(({ structures }) => structures),
  codes: { ...ioctlLogCodes.entries, ...Object.assign({}, ...argumentFormats.map(({ codes }) => codes)) },
  strangers: 'warning',
  read: readIoctlLine,
  write: (record, set) => jsonText(lineOf(record, set), COMPACT, []),
  spans: ioctlSpans,
  toJson: recordToJson,
  fromJson: recordFromJson,
  schemas: schemas(),
  events: (log, set) => ioctlEvents(log.records, set),
  judge: judgeIoctlLog,
}

type Members = Readonly<Record<string, Json | undefined>>

function readIoctlLine(text: string, set: OptionValues): IoctlLogRecord | undefined {
  const members: Members | undefined = readJsonLine(text)?.value
  if (members === undefined) return undefined
  const common = commonOf(members)
  if (common === undefined) return undefined
  if (members.cmd !== undefined) return readIoctl(members, common, set)
  if (members.read !== undefined || members.write !== undefined) return readTransfer(members, common)
  if (typeof members.close === 'string') return { kind: 'close', ...common, fd: members.close }
  return typeof members.note === 'string' ? readNote(members, common, members.note) : undefined
}

interface CommonMembers {
  seq?: number
  time?: number
  device?: string
  note?: string
}

/** Undefined where one of them is of another type. */
function commonOf({ seq, time, device, note }: Members): CommonMembers | undefined {
  const common: CommonMembers = {}
  if (typeof seq === 'number') common.seq = seq
  else if (seq !== undefined) return undefined
  if (typeof time === 'number') common.time = time
  else if (time !== undefined) return undefined
  if (typeof device === 'string') common.device = device
  else if (device !== undefined) return undefined
  if (typeof note === 'string') common.note = note
  else if (note !== undefined) return undefined
  return common
}

function readIoctl(members: Members, common: CommonMembers, set: OptionValues): IoctlRecord | undefined {
  // A recorder may leave out what was not there: an error, or bytes in one direction.
  const { fd, ioctl, cmd, ret, errno = 0, size, in: given = '', out = given } = members
  const [before, after] = [bytesOf(given), bytesOf(out)]
  if (typeof fd !== 'string' || typeof cmd !== 'number' || typeof ret !== 'number') return undefined
  if (typeof errno !== 'number' || before === undefined || after === undefined) return undefined
  if (ioctl !== undefined && typeof ioctl !== 'string') return undefined
  if (size !== undefined && typeof size !== 'number') return undefined
  const request = requestOf(cmd, fileKind(fd))
  const format = argumentFormatOf(request)
  return {
    kind: 'ioctl',
    ...common,
    fd,
    request,
    ...(ioctl === undefined ? {} : { name: ioctl }),
    number: cmd,
    result: ret,
    errno: errnoName(errno),
    ...(size === undefined ? {} : { size }),
    before: readArgument(format, before, set),
    after: readArgument(format, after, set),
  }
}

function readTransfer(members: Members, common: CommonMembers): TransferRecord | undefined {
  const kind = members.read === undefined ? 'write' : 'read'
  const { phase, asked, ret, errno = 0 } = members
  const fd = members[kind]
  const data = bytesOf(members.data)
  if (typeof fd !== 'string' || typeof ret !== 'number' || data === undefined) return undefined
  if (typeof errno !== 'number' || (phase !== undefined && typeof phase !== 'string')) return undefined
  if (asked !== undefined && typeof asked !== 'number') return undefined
  return {
    kind,
    ...common,
    fd,
    ...(phase === undefined ? {} : { phase }),
    ...(asked === undefined ? {} : { asked }),
    result: ret,
    errno: errnoName(errno),
    data,
  }
}

function readNote(members: Members, common: CommonMembers, note: string): NoteRecord | undefined {
  if (members.data === undefined) return { kind: 'note', ...common, note }
  const data = bytesOf(members.data)
  return data === undefined ? undefined : { kind: 'note', ...common, note, data }
}

function bytesOf(json: Json | undefined): Uint8Array | undefined {
  return typeof json === 'string' ? fromHex(json) : undefined
}

/** The object of a record's line, members in the usual order. @throws EncodeError */
function lineOf(record: IoctlLogRecord, set: OptionValues): object {
  const { seq, time, device, note } = record
  const start = { seq, time, device }
  switch (record.kind) {
    case 'ioctl': {
      const { fd, name, number, result, size } = record
      const format = argumentFormatOf(record.request)
      const [before, after] = [record.before, record.after].map((argument) =>
        hexOf(argumentBytes(format, argument, set)),
      )
      const errno = numberOf(record.errno)
      return { ...start, fd, ioctl: name, cmd: number, ret: result, errno, size, in: before, out: after, note }
    }
    case 'read':
    case 'write': {
      const { kind, fd, phase, asked, result, data } = record
      const errno = numberOf(record.errno)
      return { ...start, [kind]: fd, phase, asked, ret: result, errno, data: hexOf(data), note }
    }
    case 'close':
      return { ...start, close: (record satisfies CloseRecord).fd, note }
    case 'note':
      return { ...start, note, data: record.data === undefined ? undefined : hexOf(record.data) }
    default:
      throw wrongType(['kind'], 'ioctl, read, write, close, note or text', (record as { kind: unknown }).kind)
  }
}

function hexOf(bytes: unknown): string {
  if (bytes instanceof Uint8Array) return toHex(bytes)
  throw wrongType([], 'bytes', bytes)
}

function numberOf(errno: unknown): number {
  const number = typeof errno === 'string' || typeof errno === 'number' ? errnoNumber(errno) : undefined
  if (number === undefined) throw wrongType(['errno'], 'the name or number of an error', errno)
  return number
}

function recordToJson(record: IoctlLogRecord): Json {
  if (record.kind === 'ioctl') {
    const format = argumentFormatOf(record.request)
    const [before, after] = [record.before, record.after].map((argument) => argumentToJson(format, argument))
    return { ...record, before, after } as Json
  }
  if (!('data' in record) || record.data === undefined) return { ...record } as Json
  return { ...record, data: toHex(record.data) } as Json
}

/** @throws EncodeError */
function recordFromJson(json: { readonly [name: string]: Json }, path: Path, set: OptionValues): IoctlLogRecord {
  if (json.kind === 'ioctl') {
    const format = typeof json.request === 'string' ? argumentFormatOf(json.request) : undefined
    const [before, after] = [json.before, json.after].map((argument) => argumentFromJson(format, argument ?? null, set))
    return { ...json, before, after } as unknown as IoctlRecord
  }
  if (json.data === undefined) return { ...json } as unknown as IoctlLogRecord
  return { ...json, data: bytesFromJson(json.data, [...path, 'data']) } as unknown as IoctlLogRecord
}

function schemas(): JsonSchema[] {
  const common = {
    seq: { type: 'number' },
    time: { type: 'number' },
    device: { type: 'string' },
    note: { type: 'string' },
  }
  const errno = { type: ['string', 'number'] }
  const of = (kinds: readonly string[], properties: object, required: readonly string[]) =>
    ({
      type: 'object',
      properties: { kind: { enum: kinds }, ...common, ...properties },
      required: ['kind', ...required],
      additionalProperties: false,
    }) as unknown as JsonSchema
  const argument = { anyOf: [BYTES_SCHEMA, { type: 'object' }] }
  const [text, number] = [{ type: 'string' }, { type: 'number' }]
  return [
    of(
      ['ioctl'],
      {
        fd: text,
        request: text,
        name: text,
        number,
        result: number,
        errno,
        size: number,
        before: argument,
        after: argument,
      },
      ['fd', 'request', 'number', 'result', 'errno', 'before', 'after'],
    ),
    of(['read', 'write'], { fd: text, phase: text, asked: number, result: number, errno, data: BYTES_SCHEMA }, [
      'fd',
      'result',
      'errno',
      'data',
    ]),
    of(['close'], { fd: text }, ['fd']),
    of(['note'], { data: BYTES_SCHEMA }, ['note']),
  ]
}
