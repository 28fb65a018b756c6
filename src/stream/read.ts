import { counted, type Path, type Report } from '../findings/index.ts'
import { crc32 } from '../hash/index.ts'
import {
  findingEvent,
  isOpaque,
  type Located,
  movedFields,
  type Parse,
  type PushReader,
  pushReader,
  type ReadEvent,
  runField,
  toView,
  type Wanted,
  type Window,
} from '../layout/index.ts'
import { streamFileHeaderCodec, streamRecordCodec } from './codecs.ts'
import { streamCodes } from './codes.ts'
import { deflateProblem } from './deflate.ts'
import { MARKER, VERSION } from './header.layout.ts'
import { deviceName, Integrity, type PlacedRecord } from './integrity.ts'
import { headerToJson, recordToJson } from './json.ts'
import { Judge, type JudgeOptions } from './judge/index.ts'
import {
  FILE_HEADER,
  FILE_HEADER_CRC,
  RECORD_HEADER,
  type ReadBytes,
  recordAt,
  recordLengthAt,
  type StreamRecord,
  typeName,
} from './record.ts'
import { textDamage } from './signature.ts'
import { hasOwner, ONE_CHUNK } from './type-rules.ts'

/** How a stream is read. */
export interface ReadOptions extends JudgeOptions {
  /** What is told: everything, or findings alone. */
  readonly wanted?: Wanted
  /** Whether the SHA-256 of all bytes is checked; the sums of the records always are. */
  readonly digest?: boolean
}

/** Reads a migration stream as it comes in: holds one record at a time, at most 16 MiB. */
export function streamReader(options: ReadOptions = {}): PushReader {
  return pushReader((window, events) => new Reader(window, events, options).parse())
}

class Reader {
  readonly #all: boolean
  readonly #integrity: Integrity
  readonly #judge: Judge
  #count = 0
  /** Offset up to which records were looked for inside of one that is damaged. */
  #searched = 0
  readonly #report: Report

  constructor(
    private readonly window: Window,
    private readonly events: ReadEvent[],
    { wanted = 'all', digest = true, ...judging }: ReadOptions,
  ) {
    this.#all = wanted === 'all'
    this.#report = (finding) => this.events.push(findingEvent(finding))
    this.#integrity = new Integrity(this.#report, { digest })
    this.#judge = new Judge(this.#report, judging)
  }

  *parse(): Parse {
    const { window } = this
    if (window.available < FILE_HEADER) yield FILE_HEADER
    this.#header(window.take(Math.min(FILE_HEADER, window.available)))
    const start = window.offset
    this.#tell({ kind: 'begin', path: ['records'], offset: start, shape: 'list' })
    let isEnded = false
    while (!isEnded) {
      if (window.available < RECORD_HEADER) yield RECORD_HEADER
      if (window.available === 0) break
      const placed = this.#quick() ?? (yield* this.#record())
      if (placed === undefined) yield* this.#skip()
      else isEnded = placed.record.header.kind.type === 'end'
    }
    this.#tell({ kind: 'end', path: ['records'], offset: window.offset, length: window.offset - start })
    if (isEnded) yield* this.#trailing()
    else this.#missingEnd()
    this.#integrity.end()
    this.#judge.end()
  }

  #header(bytes: Uint8Array): void {
    const damage = textDamage(bytes)
    if (damage !== undefined) throw damage
    // Any other false signature, or fewer bytes than a header has, is another format.
    const header = streamFileHeaderCodec.decode(bytes)
    const path: Path = ['header']
    const own = () => movedFields(streamFileHeaderCodec.fields(bytes), 0, path)
    this.#tell({
      kind: 'value',
      path,
      offset: 0,
      length: FILE_HEADER,
      value: header,
      json: () => headerToJson(header),
      fields: own,
    })
    for (const finding of streamFileHeaderCodec.inspect(bytes).findings) {
      this.#report({ ...finding, path: [...path, ...finding.path] })
    }
    const say = (code: 'header-damaged' | 'newer-version' | 'incompatible-feature', message: string, name: string) =>
      this.#report(
        streamCodes.finding(`stream/${code}`, message, { offset: 0, length: FILE_HEADER, path: [...path, name] }),
      )
    if (crc32(bytes.subarray(0, FILE_HEADER_CRC)) !== header.headerCrc) {
      say('header-damaged', 'The header does not have the sum that it states.', 'headerCrc')
    }
    if (header.version !== VERSION) say('newer-version', `The version is ${header.version}, not ${VERSION}.`, 'version')
    if (header.incompatibleFeatures !== 0) {
      const bits = header.incompatibleFeatures.toString(16)
      say('incompatible-feature', `Of the features 0x${bits} none is known.`, 'incompatibleFeatures')
    }
    this.#integrity.bytes(bytes)
  }

  /** Takes the next record; nothing where there is none. */
  *#record(): Generator<number, PlacedRecord | undefined, undefined> {
    const { window } = this
    if (window.available < RECORD_HEADER) return undefined
    const length = recordLengthAt(window.bytes, window.view, window.position)
    if (length === undefined) return undefined
    if (window.available < length) yield length
    if (window.available < length) return undefined
    let read = recordAt(window.bytes, window.view, window.position, length)
    if (!read.isSound) {
      if (yield* this.#isShorter(length)) return undefined
      read = recordAt(window.bytes, window.view, window.position, length)
    }
    return this.#taken(read, length)
  }

  /** The same for a record that is wholly here and sound, as most are: without a generator, which takes its time. */
  #quick(): PlacedRecord | undefined {
    const { bytes, view, position, available } = this.window
    if (available < RECORD_HEADER) return undefined
    const length = recordLengthAt(bytes, view, position)
    if (length === undefined || available < length) return undefined
    const read = recordAt(bytes, view, position, length)
    return read.isSound ? this.#taken(read, length) : undefined
  }

  #taken({ record, isSound, isClean }: ReadBytes, length: number): PlacedRecord {
    const { window } = this
    const offset = window.offset
    const bytes = window.take(length)
    const placed = { record, offset, length, path: ['records', this.#count++] }
    this.#tellRecord(placed, bytes)
    if (!isClean) this.#unusual(placed, bytes)
    if (record.header.kind.type !== 'end') this.#integrity.bytes(bytes)
    this.#look(placed, isSound)
    this.#integrity.see(placed, bytes)
    this.#judge.see(placed)
    return placed
  }

  /**
   * Whether bytes of a damaged record were taken away: no record follows where its header says, but one begins before. Its
   * own bytes are then passed over, so that the others are not.
   */
  *#isShorter(length: number): Generator<number, boolean, undefined> {
    const { window } = this
    if (window.offset < this.#searched) return false
    const next = length + RECORD_HEADER
    if (window.available < next) yield next
    const { bytes, view, position } = window
    if (window.available >= next && recordLengthAt(bytes, view, position + length) !== undefined) return false
    // What was searched once is not searched again: the work follows the bytes.
    this.#searched = window.offset + length
    const last = position + length - 1
    for (let at = markerAt(bytes, position + 1, last); at <= last; at = markerAt(bytes, at + 1, last)) {
      if (at + RECORD_HEADER <= window.limit && recordLengthAt(bytes, view, at) !== undefined) return true
    }
    return false
  }

  #tellRecord({ record, offset, length, path }: PlacedRecord, bytes: Uint8Array): void {
    if (!this.#all) return
    const digest = record.header.kind.type === 'end' ? this.#integrity.digest() : undefined
    this.events.push({
      kind: 'value',
      path,
      offset,
      length,
      value: record,
      json: () => recordToJson(record, { bytes, offset, digest }),
      fields: () => recordFields(record, bytes, offset, path),
    })
  }

  /** Reserved bits that are set, and numbers without a name. */
  #unusual({ record, offset, path }: PlacedRecord, bytes: Uint8Array): void {
    if (isOpaque(record.payload)) return
    // Of padding and of types, also in an index, the stream's own codes speak.
    const isOurs = (below: Path) => below[0] === 'padding' || below.at(-1) === 'type'
    const region = { bytes, view: toView(bytes), offset: 0, end: bytes.length }
    for (const finding of streamRecordCodec.findingsAt(region)) {
      if (isOurs(finding.path)) continue
      this.#report({ ...finding, offset: offset + finding.offset, path: [...path, ...finding.path] })
    }
  }

  /** What a record by itself can be told. */
  #look({ record, offset, length, path }: PlacedRecord, isSound: boolean): void {
    const { header, payload, padding } = record
    const name = `${typeName(header)} of ${deviceName(header.device)}`
    const say = (
      code:
        | 'payload-damaged'
        | 'payload-not-described'
        | 'padding-not-zero'
        | 'unknown-record'
        | 'wrong-device'
        | 'unknown-optional-record',
      message: string,
      part: string,
    ) => this.#report(streamCodes.finding(`stream/${code}`, message, { offset, length, path: [...path, part] }))
    if (!isSound)
      say('payload-damaged', `The payload (${name}) does not have the sum that its header states.`, 'payload')
    else if (isOpaque(payload)) say('payload-not-described', `The payload is no ${name}.`, 'payload')
    else if (payload instanceof Uint8Array) {
      const problem = rawProblem(record, payload)
      if (problem !== undefined) say('payload-not-described', `The payload (${name}) ${problem}.`, 'payload')
    }
    if (padding.some((byte) => byte !== 0)) say('padding-not-zero', `The padding of ${name} is not zero.`, 'padding')
    if (!hasOwner(header))
      say('wrong-device', `A record of ${typeName(header)} is of ${deviceName(header.device)}.`, 'header')
    if (typeof header.kind.type === 'string') return
    const code = header.kind.optional ? 'unknown-optional-record' : 'unknown-record'
    say(code, `Record type ${header.kind.type} is unknown.`, 'header')
  }

  /** Passes over bytes that are no record, up to the next header of which the sum is right, or the end. */
  *#skip(): Parse {
    const { window } = this
    const path: Path = ['records', this.#count++]
    const below: Path = [...path, 'opaque']
    const start = window.offset
    this.#tell({ kind: 'begin', path, offset: start, shape: 'object' })
    this.#tell({ kind: 'begin', path: below, offset: start, shape: 'bytes' })
    // The bytes here have been looked at: a header that is right belongs to a record that is cut.
    let isCut = headerHere(window)
    this.#pass(1, below)
    for (;;) {
      if (window.available < RECORD_HEADER) yield RECORD_HEADER
      if (window.available < RECORD_HEADER) {
        this.#pass(window.available, below)
        break
      }
      const at = markerIn(window)
      if (at === 0 && headerHere(window)) break
      this.#pass(at === 0 ? 1 : at, below)
    }
    const length = window.offset - start
    this.#tell({ kind: 'end', path: below, offset: window.offset, length })
    this.#tell({ kind: 'end', path, offset: window.offset, length })
    isCut ||= window.available === 0 && length < RECORD_HEADER
    const place = { offset: start, length, path }
    if (isCut && window.available === 0) {
      const message = `The stream ends ${counted(length, 'byte')} into a record.`
      this.#report(streamCodes.finding('stream/truncated', message, place))
    } else {
      const message = `${counted(length, 'byte is', 'bytes are')} no record.`
      this.#report(streamCodes.finding('stream/bytes-skipped', message, place))
    }
  }

  #pass(length: number, path: Path): void {
    const { offset } = this.window
    const bytes = this.window.take(length)
    this.#integrity.bytes(bytes)
    // A parser goes on within one push: the bytes stay as they are until its events are taken.
    this.#tell({ kind: 'bytes', path, offset, length, bytes })
  }

  *#trailing(): Parse {
    const { window } = this
    const start = window.offset
    if (window.available === 0) yield 1
    if (window.available === 0) return
    const path: Path = ['trailing']
    this.#tell({ kind: 'begin', path, offset: start, shape: 'bytes' })
    for (;;) {
      const { offset } = window
      const bytes = window.takeUpTo(window.available)
      if (bytes.length === 0) break
      this.#tell({ kind: 'bytes', path, offset, length: bytes.length, bytes })
      yield 1
    }
    const length = window.offset - start
    this.#tell({ kind: 'end', path, offset: window.offset, length })
    const message = `${counted(length, 'byte follows', 'bytes follow')} the end record.`
    this.#report(streamCodes.finding('stream/trailing-bytes', message, { offset: start, length, path }))
  }

  #missingEnd(): void {
    const place = { offset: this.window.offset, length: 0, path: ['records'] }
    this.#report(streamCodes.finding('stream/end-missing', 'The stream has no end record.', place))
  }

  #tell(event: ReadEvent): void {
    if (this.#all) this.events.push(event)
  }
}

/** What is wrong with a payload that is not laid out here: a later chunk, or compressed. */
function rawProblem({ header: { kind, flags, chunk } }: StreamRecord, payload: Uint8Array): string | undefined {
  // Whoever reads a stream by its index, or from its end, has to find them as they are.
  if (kind.type === 'index' || kind.type === 'end') return 'is compressed or a later chunk, which it must not be'
  if (chunk > 0 && ONE_CHUNK.has(kind.type)) return 'is a later chunk, and parts of this type have one alone'
  return flags.deflated ? deflateProblem(payload) : undefined
}

const headerHere = ({ bytes, view, position, available }: Window) =>
  available >= RECORD_HEADER && recordLengthAt(bytes, view, position) !== undefined

/** Bytes up to the next marker, or to where one could begin that is not wholly here. */
const markerIn = ({ bytes, position, limit }: Window) => markerAt(bytes, position, limit - RECORD_HEADER) - position

/** Index of the first marker from an index on, `last` at most; one more where there is none. */
function markerAt(bytes: Uint8Array, from: number, last: number): number {
  for (let at = bytes.indexOf(MARKER & 0xff, from); at >= 0 && at <= last; ) {
    if (MARKER_BYTES.every((byte, index) => bytes[at + index] === byte)) return at
    at = bytes.indexOf(MARKER & 0xff, at + 1)
  }
  return last + 1
}

/** The marker in the order in which its bytes stand. */
const MARKER_BYTES = [0, 8, 16, 24].map((shift) => (MARKER >>> shift) & 0xff)

function recordFields(record: StreamRecord, bytes: Uint8Array, offset: number, path: Path): Located[] {
  const fields = streamRecordCodec.fields(bytes)
  if (!isOpaque(record.payload)) return movedFields(fields, offset, path)
  const { opaque } = record.payload
  const payload = runField(['payload', 'opaque'], RECORD_HEADER, opaque)
  const rest = fields.filter(({ path: [part] }) => part !== 'payload')
  return movedFields(
    [...rest, payload].sort((a, b) => a.offset - b.offset),
    offset,
    path,
  )
}
