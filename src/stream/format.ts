import { atPath, type Finding } from '../findings/index.ts'
import { sha256 } from '../hash/index.ts'
import {
  arrayOf,
  BYTES_SCHEMA,
  type BytesInput,
  collected,
  collectedFields,
  completeOptions,
  type Format,
  inspected,
  isOpaque,
  type Json,
  type JsonSchema,
  joined,
  noReferences,
  type Opaque,
  type OptionMap,
  type OptionValues,
  RUN_SCHEMA,
  recordOf,
  refuseStrangers,
  runField,
  runOf,
  toBytes,
  toHex,
  toJsonSchema,
} from '../layout/index.ts'
import { streamFileCodec, streamFileHeaderCodec, streamRecordCodec } from './codecs.ts'
import { streamCodes } from './codes.ts'
import { detectStream } from './detect.ts'
import { streamFileHeader } from './header.layout.ts'
import { headerToJson, jsonPieces, recordToJson, type StreamHeader } from './json.ts'
import { judgeCodes, type KnownFormats } from './judge/index.ts'
import { streamReader } from './read.ts'
import { streamRecord } from './record.layout.ts'
import type { StreamRecord } from './record.ts'

/** A migration stream that is in memory. */
export interface MigrationStream {
  readonly header: StreamHeader
  /** Records in their order; bytes that are none where they are. */
  readonly records: readonly (StreamRecord | Opaque)[]
  /** Bytes behind the end record. */
  readonly trailing?: Uint8Array
}

const options = {
  digest: {
    kind: 'flag',
    default: true,
    meaning:
      'check the SHA-256 of the whole stream; without it the sums of the records are checked, which takes less time',
  },
} as const satisfies OptionMap

/** The format of migration streams, as FORMAT.md specifies it; state in them is judged by the formats that are known. */
export function migrationStreamFormat(known: KnownFormats): Format<MigrationStream> {
  const reader: NonNullable<Format['reader']> = (given, wanted = 'all') => {
    const { digest } = completeOptions(options, given)
    return streamReader({ wanted, digest: digest === true, known })
  }
  const decode = (input: BytesInput, given?: OptionValues) =>
    collected(reader(given), toBytes(input)) as { value: MigrationStream; findings: Finding[] }
  return {
    name: 'migration-stream',
    title: 'Migration stream of vfmig',
    source: streamFileHeader.facts.source,
    evidence: 'proposed',
    options,
    ksy: 'full',
    structures: [streamFileCodec],
    codes: { ...streamCodes.entries, ...judgeCodes.entries },
    automatic: true,
    detect: detectStream,
    reader,
    decode: (input, given) => decode(input, given).value,
    encode: (value) => joined(piecesOf(value)),
    inspect: (input, given) => inspected(input, (bytes) => decode(bytes, given)),
    fields: (input, given) => collectedFields(reader(given), toBytes(input), runField),
    toJson: streamToJson,
    fromJson: (json) => decode(joined([...jsonPieces(json, noReferences)]), { digest: false }).value,
    encodeJson: jsonPieces,
    schema: streamSchema,
  }
}

/** The bytes of a stream, part by part. @throws EncodeError */
function piecesOf(value: MigrationStream): Uint8Array[] {
  const members = recordOf(value, [])
  refuseStrangers(members, ['header', 'records', 'trailing'], [])
  const { header, records, trailing } = members
  return [
    atPath(['header'], () => streamFileHeaderCodec.encode(header as StreamHeader)),
    ...arrayOf(records, ['records']).map((record, index) => {
      const path = ['records', index]
      if (isOpaque(record)) return runOf(record.opaque, [...path, 'opaque'])
      return atPath(path, () => streamRecordCodec.encode(record as StreamRecord))
    }),
    ...(trailing === undefined ? [] : [runOf(trailing, ['trailing'])]),
  ]
}

function streamToJson(value: MigrationStream): Json {
  const { header, records, trailing } = value
  const digest = sha256()
  digest.update(streamFileHeaderCodec.encode(header))
  const list = records.map((record) => {
    const bytes = isOpaque(record) ? record.opaque : streamRecordCodec.encode(record)
    const isEnd = !isOpaque(record) && record.header.kind.type === 'end'
    const json = recordToJson(record, { bytes, digest: isEnd ? digest.digest() : undefined })
    if (!isEnd) digest.update(bytes)
    return json
  })
  return {
    header: headerToJson(header),
    records: list,
    ...(trailing === undefined ? {} : { trailing: toHex(trailing) }),
  }
}

const OPAQUE_SCHEMA: JsonSchema = {
  type: 'object',
  properties: { opaque: RUN_SCHEMA },
  required: ['opaque'],
  additionalProperties: false,
}

/** Sums that JSON leaves out where they are right. */
const SUMS: ReadonlySet<Json> = new Set(['headerCrc', 'payloadCrc', 'sha256'])

function streamSchema(): JsonSchema {
  const records = { anyOf: [inStreams(toJsonSchema(streamRecord)), OPAQUE_SCHEMA] }
  const properties: JsonSchema = {
    header: inStreams(toJsonSchema(streamFileHeader)),
    records: { type: 'array', items: records },
    trailing: RUN_SCHEMA,
  }
  return { type: 'object', properties, required: ['header', 'records'], additionalProperties: false }
}

/** The same schema where sums may be missing, and long runs of bytes stand in the file. */
function inStreams(schema: JsonSchema): JsonSchema {
  const change = (json: Json): Json => {
    if (json === BYTES_SCHEMA) return RUN_SCHEMA
    if (Array.isArray(json)) return json.map(change)
    if (json === null || typeof json !== 'object') return json
    return Object.fromEntries(
      Object.entries(json).map(([name, member]) => {
        const isList = name === 'required' && Array.isArray(member)
        return [name, isList ? member.filter((one) => !SUMS.has(one)) : change(member)]
      }),
    )
  }
  return change(schema) as JsonSchema
}
