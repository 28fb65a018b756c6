import { EncodeError } from '../findings/index.ts'
import { crc32, type Digest, sha256 } from '../hash/index.ts'
import { describe, fromJson, isOpaque, type Json, type StructType, toView, type Value, write } from '../layout/index.ts'
import { recordHeaderCodec, streamFileHeaderCodec } from './codecs.ts'
import { MARKER, recordKind, SIGNATURE, VERSION } from './header.layout.ts'
import type { indexEntry } from './payload.layout.ts'
import { entryOf, LONGEST_INDEX } from './recent-records.ts'
import { streamRecord } from './record.layout.ts'
import {
  FILE_HEADER_CRC,
  LONGEST_PAYLOAD,
  NO_DEVICE,
  nextPartAfter,
  padded,
  RECORD_HEADER,
  type RecordHeader,
  type RecordType,
  type StreamRecord,
  sumUp,
} from './record.ts'

/** Bytes of a payload that is cut into chunks: 1 MiB. */
export const CHUNK = 1 << 20

type Payload = StreamRecord['payload']

/** What a writer is given for one record. */
export interface RecordInput {
  readonly type: RecordType | number
  /** Number of the device; the migration as a whole where there is none. */
  readonly device?: number
  /** A value of the payload's description, or its bytes. */
  readonly payload: Payload
  /** The bytes are compressed, as `deflated` gives them. */
  readonly isDeflated?: boolean
  /** A reader that does not know the type may leave the record aside. */
  readonly isOptional?: boolean
  /** More chunks of the same part follow: the next record continues it. */
  readonly goesOn?: boolean
  /** Names one of several parts that go on at a time: the next record of that name continues it. */
  readonly thread?: string
}

export interface WriterOptions {
  /** 16 bytes that name the stream. */
  readonly uuid: Uint8Array
  /** Whether an index is written, for readers that want single records; default true. */
  readonly index?: boolean
}

/**
 * Writes a migration stream piece by piece, in constant memory: each call gives the bytes that come next. What was given
 * is complete at every moment: a writer that is killed leaves whole records.
 */
export class MigrationStreamWriter {
  readonly #digest: Digest = sha256()
  readonly #uuid: Uint8Array
  readonly #hasIndex: boolean
  #length = 0
  #records = 0
  #parts = 0
  /** The chunks before, of parts that go on. */
  readonly #open = new Map<string, RecordHeader>()
  #entries: Value<typeof indexEntry>[] = []
  #lastIndex = 0

  constructor({ uuid, index = true }: WriterOptions) {
    this.#uuid = uuid
    this.#hasIndex = index
  }

  /** The header: the first bytes of the stream. */
  begin(): Uint8Array {
    const bytes = streamFileHeaderCodec.encode({
      signature: SIGNATURE.name,
      lineEnds: SIGNATURE.lineEnds,
      version: VERSION,
      compatibleFeatures: 0,
      incompatibleFeatures: 0,
      reserved: new Uint8Array(4),
      uuid: this.#uuid,
      room: new Uint8Array(20),
      headerCrc: 0,
    })
    toView(bytes).setUint32(FILE_HEADER_CRC, crc32(bytes.subarray(0, FILE_HEADER_CRC)), true)
    return this.#put(bytes)
  }

  /** A record, and an index where it is time for one. @throws EncodeError, RangeError for a payload of more than 16 MiB */
  record(input: RecordInput): Uint8Array[] {
    const pieces = [this.#record(input)]
    if (this.#hasIndex && this.#entries.length === LONGEST_INDEX) pieces.push(this.#index())
    return pieces
  }

  /** The last index and the end record. */
  end(): Uint8Array[] {
    const pieces = this.#hasIndex && this.#entries.length > 0 ? [this.#index()] : []
    const payload = {
      records: BigInt(this.#records),
      length: BigInt(this.#length),
      index: BigInt(this.#lastIndex),
      sha256: this.#digest.digest(),
    }
    const { bytes } = this.#encoded({ type: 'end', payload })
    return [...pieces, bytes]
  }

  #record(input: RecordInput): Uint8Array {
    const { bytes, header } = this.#encoded(input)
    if (input.type !== 'index') this.#entries.push(entryOf(header, this.#length))
    this.#records += 1
    const { thread = '', goesOn = false } = input
    // An index may stand between two chunks, and is a part of its own.
    if (input.type !== 'index' && goesOn) this.#open.set(thread, header)
    else if (input.type !== 'index') this.#open.delete(thread)
    return this.#put(bytes)
  }

  #encoded(input: RecordInput): { readonly bytes: Uint8Array; readonly header: RecordHeader } {
    const {
      type,
      device = NO_DEVICE,
      payload,
      isDeflated = false,
      isOptional = false,
      goesOn = false,
      thread = '',
    } = input
    const before = type === 'index' ? undefined : this.#open.get(thread)
    const content = payloadBytes(type, payload)
    if (content.length > LONGEST_PAYLOAD) {
      throw new RangeError(`A payload has at most ${LONGEST_PAYLOAD} bytes, not ${content.length}: cut it into chunks.`)
    }
    const header: RecordHeader = {
      marker: MARKER,
      kind: { type, optional: isOptional },
      flags: { deflated: isDeflated, last: !goesOn, reserved: 0 },
      device,
      part: before === undefined ? this.#nextPart() : before.part,
      sequence: BigInt(this.#records),
      chunk: before === undefined ? 0 : before.chunk + 1,
      reserved: new Uint8Array(4),
      length: BigInt(content.length),
      payloadCrc: 0,
      headerCrc: 0,
    }
    const bytes = new Uint8Array(RECORD_HEADER + padded(content.length))
    bytes.set(recordHeaderCodec.encode(header))
    bytes.set(content, RECORD_HEADER)
    sumUp(bytes)
    return { bytes, header }
  }

  #nextPart(): number {
    const part = this.#parts
    this.#parts = nextPartAfter(part)
    return part
  }

  #index(): Uint8Array {
    const entries = this.#entries
    this.#entries = []
    const previous = BigInt(this.#lastIndex)
    this.#lastIndex = this.#length
    const payload = { previous, count: entries.length, reserved: new Uint8Array(4), entries }
    return this.#record({ type: 'index', isOptional: true, payload })
  }

  #put(bytes: Uint8Array): Uint8Array {
    this.#digest.update(bytes)
    this.#length += bytes.length
    return bytes
  }
}

/** The bytes of a payload. @throws EncodeError for a value that has no encoding */
export function payloadBytes(type: RecordType | number, payload: Payload): Uint8Array {
  if (payload instanceof Uint8Array) return payload
  if (isOpaque(payload)) return payload.opaque
  const description = payloadType(type)
  if (description !== undefined) return write(description, payload)
  throw new EncodeError({ code: 'layout/wrong-type', path: ['payload'], expected: 'bytes', found: describe(payload) })
}

/** The payload that JSON stands for, for types that have a layout. @throws EncodeError */
export function payloadFromJson(type: RecordType, json: Json): Payload {
  const description = payloadType(type)
  if (description !== undefined) {
    const value = fromJson(description, json)
    // What has no encoding is refused here, where the path is that of the payload.
    write(description, value)
    return value as Payload
  }
  throw new EncodeError({ code: 'layout/wrong-type', path: [], expected: 'a type with a layout', found: type })
}

function payloadType(type: RecordType | number): StructType | undefined {
  const number = typeof type === 'number' ? type : recordKind.members.type.numbers?.get(type)
  const description = streamRecord.fields.payload.inner.cases[number ?? -1]
  return description?.kind === 'struct' ? description : undefined
}
