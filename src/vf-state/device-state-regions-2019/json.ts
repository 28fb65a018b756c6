import { atPath, type Path } from '../../findings/index.ts'
import { type Codec, fromHex, type Json, type JsonSchema, toHex, toJsonSchema } from '../../layout/index.ts'
import { type DeviceStateBody, PAYLOAD_NAMES, PAYLOADS, type StreamPart, streamFlagCodec } from './value.ts'
import { objectAt, refuseStrangers, wrong } from './write.ts'

export function bodyToJson({ parts, trailing }: DeviceStateBody): Json {
  const json: Json = { parts: parts.map(partToJson) }
  if (trailing !== undefined) json.trailing = toHex(trailing)
  return json
}

function partToJson(part: StreamPart): Json {
  const json = streamFlagCodec.toJson({ flags: part.flags }) as Record<string, Json>
  for (const name of PAYLOAD_NAMES) {
    const payload = part[name]
    if (payload !== undefined) json[name] = (PAYLOADS[name] as unknown as Codec).toJson(payload)
  }
  return json
}

/** @throws EncodeError */
export function bodyFromJson(json: Json, msi64: number): DeviceStateBody {
  const { parts, trailing, ...strange } = objectAt(json, []) as Record<string, Json>
  refuseStrangers(strange, [])
  if (!Array.isArray(parts)) throw wrong(['parts'], 'an array of parts', parts)
  const value: DeviceStateBody = { parts: parts.map((part, index) => partFromJson(part, ['parts', index], msi64)) }
  if (trailing === undefined) return value
  const bytes = typeof trailing === 'string' ? fromHex(trailing) : undefined
  if (bytes === undefined) throw wrong(['trailing'], 'bytes as hexadecimal text', trailing)
  return { ...value, trailing: bytes }
}

function partFromJson(json: Json, path: Path, msi64: number): StreamPart {
  const { flags, pci, deviceConfig, deviceMemory, ...strange } = objectAt(json, path) as Record<string, Json>
  refuseStrangers(strange, path)
  const part = atPath(path, () => streamFlagCodec.fromJson({ flags: flags as Json })) as StreamPart
  const given = { pci, deviceConfig, deviceMemory }
  for (const name of PAYLOAD_NAMES) {
    const payload = given[name]
    if (payload === undefined) continue
    const codec = PAYLOADS[name] as unknown as Codec
    const value = atPath([...path, name], () =>
      codec.fromJson(payload, { parameters: name === 'pci' ? { msi64 } : {} }),
    )
    Object.assign(part, { [name]: value })
  }
  return part
}

export function bodySchema(): JsonSchema {
  const { properties, required } = toJsonSchema(streamFlagCodec.type) as Record<string, JsonSchema>
  const payloads = PAYLOAD_NAMES.map((name) => [name, toJsonSchema(PAYLOADS[name].type)] as const)
  const part: JsonSchema = {
    type: 'object',
    properties: { ...properties, ...Object.fromEntries(payloads) },
    required: required as unknown as Json,
    additionalProperties: false,
  }
  return {
    type: 'object',
    properties: {
      parts: { type: 'array', items: part, minItems: 1 },
      trailing: { type: 'string', pattern: '^([0-9a-f]{2})+$' },
    },
    required: ['parts'],
    additionalProperties: false,
  }
}
