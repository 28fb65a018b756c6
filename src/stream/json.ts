import { atPath, type Path } from '../findings/index.ts'
import { crc32, sha256 } from '../hash/index.ts'
import {
  arrayOf,
  bytesFromJson,
  isOpaque,
  type Json,
  LONGEST_IN_JSON,
  type Opaque,
  type Resolve,
  recordOf,
  referenceJson,
  referenceOf,
  refuseStrangers,
  toHex,
  toView,
  type Value,
  withBytes,
} from '../layout/index.ts'
import { streamFileHeaderCodec, streamRecordCodec } from './codecs.ts'
import type { streamFileHeader } from './header.layout.ts'
import {
  FILE_HEADER_CRC,
  PAYLOAD_CRC,
  PAYLOAD_LENGTH,
  RECORD_HEADER,
  RECORD_HEADER_CRC,
  type StreamRecord,
} from './record.ts'

export type StreamHeader = Value<typeof streamFileHeader>
type Members = { [name: string]: Json }

// In JSON, sums that are right are left out: who edits a payload has them made anew. Those that are wrong are there, and
// stay as they are. The digest of the end record is a sum, too.

/** The header of a stream. */
export function headerToJson(header: StreamHeader): Json {
  const { headerCrc, ...json } = streamFileHeaderCodec.toJson(header) as Members
  const bytes = streamFileHeaderCodec.encode(header)
  const isRight = crc32(bytes.subarray(0, FILE_HEADER_CRC)) === header.headerCrc
  return isRight ? json : { ...json, headerCrc: headerCrc as Json }
}

/** What is known of a record besides its value. */
interface Surroundings {
  /** The record as it stands; the value has views of it. */
  readonly bytes: Uint8Array
  /** Where the record lies in its file; undefined: long runs stand in the JSON. */
  readonly offset?: number
  /** The digest of all bytes before. */
  readonly digest?: Uint8Array | undefined
}

/** A record, or bytes that are none. */
export function recordToJson(record: StreamRecord | Opaque, { bytes, offset, digest }: Surroundings): Json {
  if (isOpaque(record)) return { opaque: toHex(record.opaque) }
  const runs: { readonly name: string | undefined; readonly run: Uint8Array }[] = []
  const short = offset === undefined ? record : { ...record, payload: withoutLong(record.payload, runs) }
  const json = streamRecordCodec.toJson(short as StreamRecord) as { header: Members; payload: Json; padding: Json }
  for (const { name, run } of runs) {
    const reference = referenceJson(run, (offset as number) + run.byteOffset - bytes.byteOffset)
    if (name === undefined) json.payload = reference
    else (json.payload as Members)[name] = reference
  }
  const { header } = record
  if (crc32(bytes.subarray(RECORD_HEADER, RECORD_HEADER + Number(header.length))) === header.payloadCrc) {
    delete json.header.payloadCrc
  }
  if (crc32(bytes.subarray(0, RECORD_HEADER_CRC)) === header.headerCrc) delete json.header.headerCrc
  const payload = json.payload as Members
  if (header.kind.type === 'end' && digest !== undefined && payload.sha256 === toHex(digest)) delete payload.sha256
  return json
}

/** The payload with nothing in place of each long run; the runs are added to a list. */
function withoutLong(payload: unknown, runs: { name: string | undefined; run: Uint8Array }[]): unknown {
  if (payload instanceof Uint8Array) {
    if (payload.length <= LONGEST_IN_JSON) return payload
    runs.push({ name: undefined, run: payload })
    return NOTHING
  }
  const short: Record<string, unknown> = { ...(payload as object) }
  for (const [name, run] of Object.entries(short)) {
    if (!(run instanceof Uint8Array) || run.length <= LONGEST_IN_JSON) continue
    runs.push({ name, run })
    short[name] = NOTHING
  }
  return short
}

const NOTHING = new Uint8Array(0)

/** The bytes of a stream that stands in JSON, record by record. @throws EncodeError */
export function* jsonPieces(json: Json, resolve: Resolve): Generator<Uint8Array> {
  const members = recordOf(json, []) as Members
  refuseStrangers(members, ['header', 'records', 'trailing'], [])
  const digest = sha256()
  const header = headerBytes(members.header)
  digest.update(header)
  yield header
  for (const [index, record] of arrayOf(members.records, ['records']).entries()) {
    const path = ['records', index]
    if (isOpaqueJson(record)) {
      for (const piece of runPieces(record.opaque, resolve, [...path, 'opaque'])) {
        digest.update(piece)
        yield piece
      }
      continue
    }
    const { bytes, isEnd } = recordBytes(record as Json, resolve, path, () => digest.digest())
    if (!isEnd) digest.update(bytes)
    yield bytes
  }
  if (members.trailing !== undefined) yield* runPieces(members.trailing, resolve, ['trailing'])
}

const isOpaqueJson = (json: unknown): json is { opaque: Json } =>
  json !== null && typeof json === 'object' && Object.keys(json).join() === 'opaque'

function* runPieces(json: Json, resolve: Resolve, path: Path): Generator<Uint8Array> {
  const reference = referenceOf(json, path)
  if (reference === undefined) yield bytesFromJson(json, path)
  else yield* resolve(reference, path)
}

function headerBytes(json: Json | undefined): Uint8Array {
  const members = recordOf(json, ['header']) as Members
  const complete = { headerCrc: 0, ...members }
  const bytes = atPath(['header'], () => streamFileHeaderCodec.encode(streamFileHeaderCodec.fromJson(complete)))
  if (members.headerCrc === undefined) {
    toView(bytes).setUint32(FILE_HEADER_CRC, crc32(bytes.subarray(0, FILE_HEADER_CRC)), true)
  }
  return bytes
}

function recordBytes(
  json: Json,
  resolve: Resolve,
  path: Path,
  digest: () => Uint8Array,
): { readonly bytes: Uint8Array; readonly isEnd: boolean } {
  const members = recordOf(json, path) as Members
  const header = recordOf(members.header, [...path, 'header']) as Members
  const isEnd = (header.kind as Members | undefined)?.type === 'end'
  let payload = withBytes(members.payload as Json, resolve, [...path, 'payload'])
  if (isEnd && isFields(payload) && payload.sha256 === undefined) payload = { ...payload, sha256: toHex(digest()) }
  const complete = { ...members, header: { payloadCrc: 0, headerCrc: 0, ...header }, payload }
  const bytes = atPath(path, () => streamRecordCodec.encode(streamRecordCodec.fromJson(complete)))
  const view = toView(bytes)
  const end = RECORD_HEADER + Number(view.getBigUint64(PAYLOAD_LENGTH, true))
  if (header.payloadCrc === undefined) view.setUint32(PAYLOAD_CRC, crc32(bytes.subarray(RECORD_HEADER, end)), true)
  if (header.headerCrc === undefined) {
    view.setUint32(RECORD_HEADER_CRC, crc32(bytes.subarray(0, RECORD_HEADER_CRC)), true)
  }
  return { bytes, isEnd }
}

const isFields = (json: Json): json is Members =>
  json !== null &&
  typeof json === 'object' &&
  !((json as unknown) instanceof Uint8Array) &&
  !('opaque' in (json as object))
