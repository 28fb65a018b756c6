import { counted, hexOffset, type Path, type Report } from '../findings/index.ts'
import { type Digest, sha256 } from '../hash/index.ts'
import { sameValue, toHex, type Value } from '../layout/index.ts'
import { type StreamCode, streamCodes } from './codes.ts'
import type { endPayload, indexPayload } from './payload.layout.ts'
import { ENTRY, LONGEST_INDEX, RecentRecords } from './recent-records.ts'
import { NO_DEVICE, nextPartAfter, payloadOf, type RecordHeader, type StreamRecord, typeName } from './record.ts'

/** Where a record lies. */
export interface RecordPlace {
  /** Offset of its header in the stream. */
  readonly offset: number
  /** Bytes with padding. */
  readonly length: number
  readonly path: Path
}

/** A record and where it lies. */
export interface PlacedRecord extends RecordPlace {
  readonly record: StreamRecord
  /** The payload was compressed and is inflated here: what is in it has no place of its own in the stream. */
  readonly isInflated?: boolean
}

/** Where a record lies, without its content, which is gone after the call that gave it. */
export const placeOf = ({ offset, length, path }: RecordPlace): RecordPlace => ({ offset, length, path })

/** Most parts that may wait for more chunks at a time. */
export const MOST_OPEN_PARTS = 4096

/** A part of which chunks are still to come. */
interface OpenPart {
  readonly kind: RecordHeader['kind']
  readonly device: number
  readonly chunk: number
  /** Of its last chunk so far; the record itself is gone by then. */
  readonly place: RecordPlace
}

/** Checks that the records of a stream are those that were written: all, in order, and no others. */
export class Integrity {
  readonly #report: Report
  readonly #digest: Digest | undefined
  #sum: Uint8Array | undefined
  readonly #open = new Map<number, OpenPart>()
  /** Whether there were more: of chunks whose part is not known nothing can be said then. */
  #hasOverflowed = false
  /** Number of the part that begins next; undefined where a part may have been lost. */
  #nextPart: number | undefined = 0
  #records = 0
  #next = 0n
  readonly #recent = new RecentRecords()
  #lastIndex = 0n
  /** Whether records since the last index were lost. */
  #isBroken = false

  constructor(report: Report, options: { readonly digest: boolean }) {
    this.#report = report
    this.#digest = options.digest ? sha256() : undefined
  }

  /** Bytes in front of the end record. */
  bytes(bytes: Uint8Array): void {
    this.#digest?.update(bytes)
  }

  /** SHA-256 of all bytes in front of the end record, once they are all there; undefined where it is not asked for. */
  digest(): Uint8Array | undefined {
    this.#sum ??= this.#digest?.digest()
    return this.#sum
  }

  /** The next record and its bytes; the end record last. */
  see(placed: PlacedRecord, bytes: Uint8Array): void {
    const { header } = placed.record
    const isInOrder = this.#order(placed)
    this.#part(placed, isInOrder)
    if (header.kind.type === 'end') this.#end(placed)
    if (header.kind.type === 'index') this.#index(placed, bytes)
    if (header.kind.type !== 'index') this.#recent.add(bytes, placed.offset)
    this.#records += 1
  }

  /** The stream is over. */
  end(): void {
    for (const [part, { kind, place }] of this.#open) {
      const message = `Part ${part} (${typeName({ kind })}) has no last chunk.`
      this.#say('stream/part-unfinished', message, place)
    }
  }

  #order(placed: PlacedRecord): boolean {
    const { sequence } = placed.record.header
    if (sequence > this.#next) {
      const missing = sequence - this.#next
      const records = missing === 1n ? '1 record is' : `${missing} records are`
      this.#say('stream/records-missing', `${records} missing here.`, placed)
    } else if (sequence < this.#next) {
      const message = `Record ${sequence} stands behind record ${this.#next - 1n}.`
      this.#say('stream/record-out-of-order', message, placed)
      return false
    }
    if (sequence > this.#next) {
      this.#isBroken = true
      this.#nextPart = undefined
    }
    this.#next = sequence + 1n
    return true
  }

  #part(placed: PlacedRecord, isInOrder: boolean): void {
    const { header } = placed.record
    const { part, chunk, flags, device, kind } = header
    const open = this.#open.get(part)
    if (open === undefined && chunk > 0 && this.#hasOverflowed) return
    // A record that was moved or repeated says nothing of those that follow.
    if (open === undefined && chunk === 0 && isInOrder) this.#number(placed)
    const isNext = open === undefined ? chunk === 0 : chunk === open.chunk + 1
    if (!isNext || (open !== undefined && (!sameValue(open.kind, kind) || open.device !== device))) {
      const before = open === undefined ? 'no chunk of it that waits for more' : describe(open)
      this.#say('stream/chunk-out-of-order', `${chunkName(header)} follows ${before}.`, placed)
    }
    if (flags.last) this.#open.delete(part)
    else if (open === undefined && this.#open.size === MOST_OPEN_PARTS) this.#overflow(placed)
    else this.#open.set(part, { kind, device, chunk, place: placeOf(placed) })
  }

  /** Parts are numbered in the order in which they begin. */
  #number(placed: PlacedRecord): void {
    const { part } = placed.record.header
    const expected = this.#nextPart
    if (expected !== undefined && part !== expected) {
      this.#say('stream/part-number', `Part ${part} begins where part ${expected} should.`, placed, ['header', 'part'])
    }
    this.#nextPart = nextPartAfter(part)
  }

  #overflow(placed: PlacedRecord): void {
    if (!this.#hasOverflowed) {
      const message = `${MOST_OPEN_PARTS} parts wait for their last chunk, and a further one begins.`
      this.#say('stream/too-many-open-parts', message, placed, ['header', 'part'])
    }
    this.#hasOverflowed = true
  }

  #index(placed: PlacedRecord, bytes: Uint8Array): void {
    const index = payloadOf<Value<typeof indexPayload>>(placed.record)
    // Where records were lost on the way, that has been said.
    if (index !== undefined && !this.#isBroken) {
      const { previous, count } = index
      const wrong = this.#recent.firstStranger(listedIn(bytes, index))
      const isOthers = wrong >= 0 || count !== this.#recent.count
      if (previous !== this.#lastIndex) {
        const message = `The index before is at ${hexOffset(this.#lastIndex)}, not at ${hexOffset(previous)}.`
        this.#say('stream/index-mismatch', message, placed, ['payload', 'previous'])
      } else if (count > LONGEST_INDEX) {
        const message = `The index has ${count} entries, more than ${LONGEST_INDEX}.`
        this.#say('stream/index-mismatch', message, placed, ['payload', 'count'])
      } else if (isOthers) {
        const at = wrong >= 0 ? `Entry ${wrong} is not of the record there` : 'The number of entries is not that'
        const message = `${at}: ${counted(this.#recent.count, 'record')} came since the index before.`
        this.#say('stream/index-mismatch', message, placed, ['payload', 'entries'])
      }
    }
    this.#lastIndex = BigInt(placed.offset)
    this.#recent.clear()
    this.#isBroken = false
  }

  #end(placed: PlacedRecord): void {
    const end = payloadOf<Value<typeof endPayload>>(placed.record)
    if (end === undefined) return
    const counts = [
      ['records', end.records, BigInt(this.#records), 'records before it'],
      ['length', end.length, BigInt(placed.offset), 'bytes before it'],
      ['index', end.index, this.#lastIndex, 'for the offset of the last index'],
    ] as const
    for (const [name, stated, found, meaning] of counts) {
      if (stated === found) continue
      const message = `The end record states ${stated} ${meaning}, there are ${found}.`
      this.#say('stream/end-mismatch', message, placed, ['payload', name])
    }
    const digest = this.digest()
    if (digest === undefined) return
    const found = toHex(digest)
    if (found === toHex(end.sha256)) return
    const message = `The bytes before have the SHA-256 ${found}, the end record states ${toHex(end.sha256)}.`
    this.#say('stream/digest-mismatch', message, placed, ['payload', 'sha256'])
  }

  #say(code: StreamCode, message: string, { offset, length, path }: RecordPlace, below: Path = []): void {
    this.#report(streamCodes.finding(code, message, { offset, length, path: [...path, ...below] }))
  }
}

/** The entries of an index record: in front of its padding, of which they need none. */
const listedIn = (bytes: Uint8Array, { entries }: Value<typeof indexPayload>) =>
  bytes.subarray(bytes.length - ENTRY * entries.length)

const describe = ({ chunk, kind, device }: OpenPart) =>
  `chunk ${chunk} of ${typeName({ kind })} of ${deviceName(device)}`

const chunkName = (header: RecordHeader) =>
  `Chunk ${header.chunk} of part ${header.part} (${typeName(header)} of ${deviceName(header.device)})`

/** `device 3`, or `the migration`. */
export const deviceName = (device: number) => (device === NO_DEVICE ? 'the migration' : `device ${device}`)
