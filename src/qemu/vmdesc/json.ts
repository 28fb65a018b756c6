import { EncodeError, type Path } from '../../findings/index.ts'
import { bigToJson, bytesFromJson, describe, type Json, lengthMismatch, toHex, wrongType } from '../../layout/index.ts'
import type { DeviceFields, FieldDescription, FieldValue, StructDescription } from './model.ts'
import { REST } from './model.ts'

/**
 * JSON of decoded fields: 64-bit numbers as "0x...", runs of bytes as hexadecimal, null pointers as null.
 *
 * @param run JSON of a run of bytes; runs of decoded fields are views of the body that was decoded
 */
export function fieldsToJson(fields: DeviceFields, run: (bytes: Uint8Array) => Json = toHex): Json {
  const json: { [member: string]: Json } = {}
  for (const [member, value] of Object.entries(fields)) json[member] = valueToJson(value, run)
  return json
}

function valueToJson(value: FieldValue, run: (bytes: Uint8Array) => Json): Json {
  if (value === null || typeof value !== 'object') return typeof value === 'bigint' ? bigToJson(value) : value
  if (value instanceof Uint8Array) return run(value)
  return Array.isArray(value) ? value.map((element) => valueToJson(element, run)) : fieldsToJson(value, run)
}

/**
 * The fields that a piece of JSON stands for. Members may be absent and numbers out of range: that is for the encoder
 * to say.
 *
 * @throws EncodeError for members that the description does not have, and values of another type
 */
export function fieldsFromJson(json: Json, device: StructDescription): DeviceFields {
  return structFrom(json, device, [], true)
}

function structFrom(json: Json | undefined, struct: StructDescription, path: Path, isTop = false): DeviceFields {
  if (json === null || typeof json !== 'object' || Array.isArray(json) || (json as unknown) instanceof Uint8Array) {
    throw wrongType(path, 'an object', json)
  }
  const left = new Set(Object.keys(json))
  const fields: DeviceFields = {}
  for (const [index, field] of struct.fields.entries()) {
    const { member, elements } = field
    if (!Object.hasOwn(json, member)) continue
    const at = [...path, member]
    if (elements === undefined) fields[member] = valueFrom(json[member], field, at)
    else {
      const isLast = struct.fields[index + 1]?.member !== member
      fields[member] = elementsFrom(json[member], field, fields[member], isLast, at)
    }
    left.delete(member)
  }
  for (const subsection of struct.subsections) {
    const { member } = subsection
    if (!Object.hasOwn(json, member)) continue
    fields[member] = structFrom(json[member], subsection, [...path, member])
    left.delete(member)
  }
  if (isTop && left.delete(REST)) fields[REST] = bytesFromJson(json[REST], [...path, REST])
  refuse(left, path)
  return fields
}

function refuse(names: Iterable<string>, path: Path): void {
  for (const name of names) {
    const expected = 'a member that the description has'
    throw new EncodeError({ code: 'layout/unexpected-field', path: [...path, name], expected, found: describe(name) })
  }
}

/** Adds the elements that one field describes to those of the fields before it. */
function elementsFrom(
  json: Json | undefined,
  field: FieldDescription,
  before: FieldValue | undefined,
  isLast: boolean,
  path: Path,
): FieldValue[] {
  if (!Array.isArray(json)) throw wrongType(path, 'an array', json)
  const list = Array.isArray(before) ? before : []
  const { first, count } = field.elements ?? { first: 0, count: 1 }
  if (isLast && json.length > first + count) {
    throw lengthMismatch(path, `an array of ${first + count}`, `an array of ${json.length}`)
  }
  const end = Math.min(first + count, json.length)
  for (let index = first; index < end; index++) list.push(valueFrom(json[index], field, [...path, index]))
  return list
}

function valueFrom(json: Json | undefined, field: FieldDescription, path: Path): FieldValue {
  const { kind } = field
  switch (kind) {
    case 'struct':
      return structFrom(json, field.struct, path)
    case 'bytes':
      return bytesFromJson(json, path)
    case 'int64':
    case 'uint64':
      return wide(json, path)
    case 'counted':
      if (typeof json === 'string') return json
      throw wrongType(path, 'a string', json)
    default:
      if (typeof json === 'number') return json
      if (kind === 'bool' && typeof json === 'boolean') return json
      if (kind === 'pointer' && json === null) return null
      throw wrongType(path, 'a number', json)
  }
}

function wide(json: Json | undefined, path: Path): bigint {
  if (typeof json === 'number' && Number.isSafeInteger(json)) return BigInt(json)
  if (typeof json !== 'string' || !/^-?0x[0-9a-fA-F]{1,16}$/.test(json)) {
    throw wrongType(path, 'a 64-bit number as "0x..." or an integer below 2^53', json)
  }
  return json.startsWith('-') ? -BigInt(json.slice(1)) : BigInt(json)
}
