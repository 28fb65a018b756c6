import { atPath, EncodeError } from '../findings/index.ts'
import {
  BYTES_SCHEMA,
  bytesFromJson,
  type Format,
  type Json,
  type JsonSchema,
  type OptionValues,
  toJsonSchema,
  wrongType,
} from '../layout/index.ts'

/** One kind of part in a composed format. */
export interface ComposedKind {
  readonly format: Format
  /** The fields stand beside the other parts, not in a member of their own. */
  readonly inline?: true
  /** Offsets of its findings count in a space of its own, named like the part. */
  readonly space?: true
}

export type ComposedKinds = Readonly<Record<string, ComposedKind>>

/** Fields of a part that stands inline. */
export function fieldNames(format: Format): string[] {
  return format.structures.flatMap(({ type }) => (type.name === format.name ? Object.keys(type.fields) : []))
}

type JsonObject = { [name: string]: Json }

/** The value that a piece of JSON stands for. @throws EncodeError */
export function jsonParts(kinds: ComposedKinds, json: Json, options?: OptionValues): Record<string, unknown> {
  if (json === null || typeof json !== 'object' || Array.isArray(json)) throw wrongType([], 'an object', json)
  const value: Record<string, unknown> = {}
  const left = new Map(Object.entries(json))
  for (const [name, { format, inline }] of Object.entries(kinds)) {
    const given = optionsFor(format, options)
    if (inline) {
      const members: JsonObject = {}
      for (const member of fieldNames(format)) {
        const found = left.get(member)
        if (found === undefined) continue
        members[member] = found
        left.delete(member)
      }
      if (Object.keys(members).length > 0) Object.assign(value, format.fromJson(members, given))
      continue
    }
    const found = left.get(name)
    if (found === undefined) continue
    left.delete(name)
    value[name] = atPath([name], () => opaqueFromJson(found) ?? format.fromJson(found, given))
  }
  const trailing = left.get('trailing')
  if (trailing !== undefined) {
    left.delete('trailing')
    value.trailing = bytesFromJson(trailing, ['trailing'])
  }
  const [stranger] = left.keys()
  if (stranger !== undefined) {
    const facts = { expected: `one of ${[...Object.keys(kinds), 'trailing'].join(', ')}`, found: 'another member' }
    throw new EncodeError({ code: 'layout/unexpected-field', path: [stranger], ...facts })
  }
  return value
}

function optionsFor({ options }: Format, given: OptionValues | undefined): OptionValues {
  return Object.fromEntries(Object.entries(given ?? {}).filter(([name]) => name in options))
}

function opaqueFromJson(json: Json): { opaque: Uint8Array } | undefined {
  if (json === null || typeof json !== 'object' || Array.isArray(json)) return undefined
  const { opaque, ...others } = json
  if (opaque === undefined || Object.keys(others).length > 0) return undefined
  return { opaque: bytesFromJson(opaque, ['opaque']) }
}

const OPAQUE: JsonSchema = {
  type: 'object',
  properties: { opaque: BYTES_SCHEMA },
  required: ['opaque'],
  additionalProperties: false,
}

/** JSON Schema of a composed value; the first part is always there. */
export function schemaOf(kinds: ComposedKinds): JsonSchema {
  const properties: JsonSchema = {}
  let required: Json | undefined
  for (const [name, { format, inline }] of Object.entries(kinds)) {
    const [codec] = format.structures
    if (inline && codec !== undefined) {
      const schema = toJsonSchema(codec.type)
      Object.assign(properties, schema.properties)
      required ??= schema.required
    } else properties[name] = { anyOf: [format.schema(), OPAQUE] }
  }
  properties.trailing = BYTES_SCHEMA
  return { type: 'object', properties, required: required ?? [], additionalProperties: false }
}
