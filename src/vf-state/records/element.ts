import { atPath, counted, DecodeError, type Finding } from '../../findings/index.ts'
import {
  BYTES_SCHEMA,
  bytesFromJson,
  type Codec,
  errorFinding,
  type Format,
  isOpaque,
  type Json,
  type JsonSchema,
  joined,
  type Located,
  lengthMismatch,
  movedFields,
  movedFindings,
  type Opaque,
  recordOf,
  runField,
  runOf,
  toHex,
  toJsonSchema,
  toView,
  type Value,
} from '../../layout/index.ts'
import type { Element } from '../sequence.ts'
import { RECORD_HEADER, type recordHeader } from './header.layout.ts'

/** What a header of this kind decodes to. */
export type RecordHead<N extends string = string> = Value<ReturnType<typeof recordHeader<N>>>

/** A record: its header, and what the tag says its payload is. */
export interface MigrationRecord<N extends string = string, P = unknown> extends RecordHead<N> {
  /** Bytes where the tag says nothing of them; opaque where they are not what it says. */
  payload: P | Uint8Array | Opaque
}

interface RecordFacts<P> {
  readonly header: Codec
  /** Formats of payloads by the name of their tag; all others are bytes. */
  readonly payloads: Readonly<Record<string, Format<P>>>
  /** What to say of a payload that is not of its format; what the format says unless given. */
  readonly damaged?: (payload: Uint8Array) => Finding
}

/** One record, for a sequence of them. A record that is cut has the bytes that are there. */
export function recordElement<N extends string, P>(facts: RecordFacts<P>): Element<MigrationRecord<N, P>> {
  const { header, payloads, damaged } = facts
  const formatOf = ({ tag }: RecordHead) => payloads[tag]
  const splitAt = (bytes: Uint8Array, offset: number) => {
    const head = headAt(header, bytes, offset) as RecordHead<N> | undefined
    if (head === undefined) return undefined
    const start = offset + RECORD_HEADER
    const left = bytes.length - start
    const held = head.recordSize > BigInt(left) ? left : Number(head.recordSize)
    return { head, payload: bytes.subarray(start, start + held) }
  }
  const split = (bytes: Uint8Array) => splitAt(bytes, 0) as NonNullable<ReturnType<typeof splitAt>>
  return {
    readAt(bytes, offset) {
      const parts = splitAt(bytes, offset)
      if (parts === undefined) return undefined
      const { head, payload } = parts
      const value = { ...head, payload: decodePayload(formatOf(head), payload) }
      return { value, length: RECORD_HEADER + payload.length }
    },
    write(value) {
      const { payload, ...head } = recordOf(value, []) as unknown as MigrationRecord<N, P>
      const start = header.encode(head)
      const content = atPath(['payload'], () => payloadBytes(formatOf(head as RecordHead), payload))
      if (BigInt(content.length) <= head.recordSize) return joined([start, content])
      const expected = `${counted(content.length, 'byte')}, as the payload has`
      throw lengthMismatch(['recordSize'], expected, String(head.recordSize))
    },
    fields(bytes) {
      const { head, payload } = split(bytes)
      const format = formatOf(head)
      const fields = header.fields(bytes.subarray(0, RECORD_HEADER))
      return [...fields, ...payloadFields(format, payload)]
    },
    findings(bytes) {
      const { head, payload } = split(bytes)
      const own = header.findingsAt({ bytes, view: toView(bytes), offset: 0, end: RECORD_HEADER })
      const format = formatOf(head)
      if (format === undefined) return own
      const read = tryDecode(format, payload)
      const said =
        read instanceof DecodeError
          ? [damaged?.(payload) ?? errorFinding(read, payload.length)]
          : format.inspect(payload).findings
      return [...own, ...movedFindings(said, RECORD_HEADER, ['payload'])]
    },
    toJson({ payload, ...head }) {
      const json = header.toJson(head) as { [name: string]: Json }
      return { ...json, payload: payloadToJson(formatOf(head), payload) }
    },
    fromJson(json) {
      const { payload, ...head } = recordOf(json, []) as { [name: string]: Json }
      const value = header.fromJson(head as Json) as RecordHead<N>
      return { ...value, payload: atPath(['payload'], () => payloadFromJson(formatOf(value), payload)) }
    },
    schema: () =>
      recordSchema(
        header,
        Object.values(payloads).map((format) => format.schema()),
      ),
  }
}

/** The header at an offset; undefined where too few bytes are left. */
export function headAt(header: Codec, bytes: Uint8Array, offset: number): RecordHead | undefined {
  if (bytes.length - offset < RECORD_HEADER) return undefined
  const region = { bytes, view: toView(bytes), offset, end: bytes.length }
  return header.decodeAt(region).value as unknown as RecordHead
}

function decodePayload<P>(format: Format<P> | undefined, payload: Uint8Array): P | Uint8Array | Opaque {
  if (format === undefined) return payload
  const read = tryDecode(format, payload)
  return read instanceof DecodeError ? { opaque: payload } : read
}

function tryDecode<P>(format: Format<P>, payload: Uint8Array): P | DecodeError {
  try {
    return format.decode(payload)
  } catch (error) {
    if (error instanceof DecodeError) return error
    throw error
  }
}

function payloadBytes<P>(format: Format<P> | undefined, payload: unknown): Uint8Array {
  if (format === undefined) return runOf(payload, [])
  return isOpaque(payload) ? payload.opaque : format.encode(payload as P)
}

function payloadFields<P>(format: Format<P> | undefined, payload: Uint8Array): Located[] {
  if (format === undefined) return [runField(['payload'], RECORD_HEADER, payload)]
  if (isOpaque(decodePayload(format, payload))) return [runField(['payload', 'opaque'], RECORD_HEADER, payload)]
  return movedFields(format.fields(payload), RECORD_HEADER, ['payload'])
}

function payloadToJson<P>(format: Format<P> | undefined, payload: unknown): Json {
  if (format === undefined) return toHex(payload as Uint8Array)
  return isOpaque(payload) ? { opaque: toHex(payload.opaque) } : format.toJson(payload as P)
}

function payloadFromJson<P>(format: Format<P> | undefined, json: Json | undefined): P | Uint8Array | Opaque {
  if (format === undefined) return bytesFromJson(json, [])
  const given = recordOf(json, [])
  if (!('opaque' in given)) return format.fromJson(json as Json)
  return { opaque: bytesFromJson(given.opaque as Json, ['opaque']) }
}

function recordSchema(header: Codec, payloads: readonly JsonSchema[]): JsonSchema {
  const schema = toJsonSchema(header.type)
  const opaque = { type: 'object', properties: { opaque: BYTES_SCHEMA }, required: ['opaque'] }
  const anyOf = [BYTES_SCHEMA, { ...opaque, additionalProperties: false }, ...payloads]
  return {
    ...schema,
    properties: { ...(schema.properties as JsonSchema), payload: { anyOf } },
    required: [...(schema.required as Json[]), 'payload'],
  }
}
