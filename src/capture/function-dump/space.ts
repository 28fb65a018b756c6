import {
  BYTES_SCHEMA,
  fromHex,
  isOpaque,
  type Json,
  type JsonSchema,
  type Located,
  runField,
  toHex,
  wrongType,
} from '../../layout/index.ts'
import {
  type ConfigSpace,
  configSpaceFields,
  configSpaceFormat,
  configSpaceFromJson,
  configSpaceToJson,
  type Reading,
  writeConfigSpace,
} from '../../pci/index.ts'

/** The configuration space of a captured function; its bytes alone where the capture was cut inside the header. */
export type FunctionSpace = ConfigSpace | { opaque: Uint8Array }

/** The bytes that a space stands for. @throws EncodeError */
export function spaceBytes(space: FunctionSpace): Uint8Array {
  return isOpaque(space) ? space.opaque : writeConfigSpace(space)
}

/** Fields of a space; without a reading there are only its bytes. */
export function spaceFields(reading: Reading | undefined, bytes: Uint8Array): Located[] {
  if (reading !== undefined) return configSpaceFields(reading)
  return [runField(['opaque'], 0, bytes)]
}

export function spaceToJson(space: FunctionSpace): Json {
  return isOpaque(space) ? { opaque: toHex(space.opaque) } : configSpaceToJson(space)
}

/** @throws EncodeError */
export function spaceFromJson(json: Json): FunctionSpace {
  if (json === null || typeof json !== 'object' || Array.isArray(json) || !('opaque' in json))
    return configSpaceFromJson(json)
  const { opaque, ...others } = json
  const [stranger] = Object.keys(others)
  if (stranger !== undefined) throw wrongType([stranger], 'nothing beside opaque bytes', others[stranger])
  const bytes = typeof opaque === 'string' ? fromHex(opaque) : undefined
  if (bytes === undefined) throw wrongType(['opaque'], 'bytes as hexadecimal text', opaque)
  return { opaque: bytes }
}

export function spaceSchema(): JsonSchema {
  const opaque: JsonSchema = {
    type: 'object',
    properties: { opaque: BYTES_SCHEMA },
    required: ['opaque'],
    additionalProperties: false,
  }
  return { anyOf: [configSpaceFormat.schema(), opaque] }
}
