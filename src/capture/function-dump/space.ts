import { EncodeError, type Path } from '../../findings/index.ts'
import { describe, fromHex, isOpaque, type Json, type JsonSchema, type Located, toHex, u8 } from '../../layout/index.ts'
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
  return [{ path: ['opaque'], offset: 0, length: bytes.length, type: u8, value: bytes }]
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
  if (stranger !== undefined) throw wrong([stranger], 'nothing beside opaque bytes', others[stranger])
  const bytes = typeof opaque === 'string' ? fromHex(opaque) : undefined
  if (bytes === undefined) throw wrong(['opaque'], 'bytes as hexadecimal text', opaque)
  return { opaque: bytes }
}

export function spaceSchema(): JsonSchema {
  const opaque: JsonSchema = {
    type: 'object',
    properties: { opaque: { type: 'string', pattern: '^([0-9a-f]{2})*$' } },
    required: ['opaque'],
    additionalProperties: false,
  }
  return { anyOf: [configSpaceFormat.schema(), opaque] }
}

function wrong(path: Path, expected: string, found: unknown): EncodeError {
  return new EncodeError({ code: 'layout/wrong-type', path, expected, found: describe(found) })
}
