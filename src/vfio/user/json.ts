import { atPath, type Path } from '../../findings/index.ts'
import {
  arrayOf,
  BYTES_SCHEMA,
  type ByteOrder,
  byteOrderFor,
  bytesFromJson,
  isOpaque,
  type Json,
  type JsonSchema,
  recordOf,
  refuseStrangers,
  toHex,
} from '../../layout/index.ts'
import { type VfioUserHeader, vfioUserHeaderCodec } from './header.ts'
import type { VfioUserMessage, VfioUserMessages, VfioUserPayload } from './message.ts'
import { allPayloadFormats } from './payloads.ts'
import { formOfMembers, MEMBERS, MESSAGE_MEMBERS } from './write.ts'

export function messagesToJson({ messages, trailing }: VfioUserMessages): Json {
  const json: Json = { messages: messages.map(messageToJson) }
  return trailing === undefined ? json : { ...json, trailing: toHex(trailing) }
}

function messageToJson({ header, payload }: VfioUserMessage): Json {
  const json = { header: vfioUserHeaderCodec.toJson(header) }
  if (payload === undefined) return json
  if (isOpaque(payload)) return { ...json, payload: { opaque: toHex(payload.opaque) } }
  return { ...json, payload: formOfMembers(header, payload)?.toJson(payload) ?? null }
}

/** @throws EncodeError */
export function messagesFromJson(json: Json, byteOrder: ByteOrder): VfioUserMessages {
  const { messages, trailing } = membersOf(json, MEMBERS, [])
  const value: VfioUserMessages = {
    messages: arrayOf(messages, ['messages']).map((message, index) =>
      messageFromJson(message as Json, ['messages', index], byteOrder),
    ),
  }
  return trailing === undefined ? value : { ...value, trailing: bytesFromJson(trailing, ['trailing']) }
}

function messageFromJson(json: Json, path: Path, byteOrder: ByteOrder): VfioUserMessage {
  const { header: given, payload } = membersOf(json, MESSAGE_MEMBERS, path)
  const header = atPath([...path, 'header'], () => vfioUserHeaderCodec.fromJson(given ?? null))
  if (payload === undefined) return { header }
  return { header, payload: payloadFromJson(header, payload, [...path, 'payload'], byteOrder) }
}

function payloadFromJson(
  header: VfioUserHeader,
  json: Json,
  path: Path,
  byteOrder: ByteOrder,
): VfioUserPayload | { opaque: Uint8Array } {
  const record = recordOf(json, path) as Record<string, Json>
  const format = typeof record.opaque === 'string' ? undefined : formOfMembers(header, record)
  if (format === undefined) {
    refuseStrangers(record, ['opaque'], path)
    return { opaque: bytesFromJson(record.opaque, [...path, 'opaque']) }
  }
  return atPath(path, () => format.fromJson(record, byteOrderFor(format, byteOrder))) as VfioUserPayload
}

function membersOf(json: Json, members: readonly string[], path: Path): Record<string, Json> {
  const record = recordOf(json, path) as Record<string, Json>
  refuseStrangers(record, members, path)
  return record
}

const object = (properties: Record<string, JsonSchema>, required: string[]): JsonSchema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
})

export function messagesSchema(header: JsonSchema): JsonSchema {
  const payloads = new Map(allPayloadFormats.map((format) => [format.name, format.schema()]))
  const payload: JsonSchema = { anyOf: [...payloads.values(), object({ opaque: BYTES_SCHEMA }, ['opaque'])] }
  const message = object({ header, payload }, ['header'])
  return object({ messages: { type: 'array', items: message }, trailing: BYTES_SCHEMA }, ['messages'])
}
