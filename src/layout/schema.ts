import type { Json } from './json.ts'
import type { AnyType, SpanType, StructType } from './types.ts'
import { wordRange } from './words.ts'

export type JsonSchema = { [keyword: string]: Json }

/** JSON Schema of a run of bytes. */
export const BYTES_SCHEMA: JsonSchema = {
  type: 'string',
  pattern: '^([0-9a-f]{2})*$',
  description: 'bytes, lower-case hexadecimal',
}
const WIDE: JsonSchema = {
  anyOf: [
    { type: 'string', pattern: '^-?0x[0-9a-f]+$' },
    { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER },
  ],
}

/** JSON Schema (draft 2020-12) of the JSON that a description's values have. */
export function toJsonSchema(type: AnyType): JsonSchema {
  const schema = bareSchema(type)
  return type.meaning === '' ? schema : { description: type.meaning, ...schema }
}

function bareSchema(type: AnyType): JsonSchema {
  switch (type.kind) {
    case 'int': {
      if (type.size === 8) return WIDE
      const { min, max } = wordRange(type)
      return { type: 'integer', minimum: Number(min), maximum: Number(max) }
    }
    case 'bool':
      return { anyOf: [{ type: 'boolean' }, { type: 'integer', minimum: 2, maximum: 255 }] }
    case 'enum':
      return named(type.names, Number(wordRange(type.base).max))
    case 'bits':
      return object(Object.entries(type.members).map(([name, member]) => [name, spanSchema(member, type.word.size)]))
    case 'bytes':
      return BYTES_SCHEMA
    case 'text':
      return { type: 'string' }
    case 'array':
      return { type: 'array', items: toJsonSchema(type.element) }
    case 'framed':
      return { anyOf: [toJsonSchema(type.inner), object([['opaque', BYTES_SCHEMA]])] }
    case 'choice': {
      const parts = [...Object.values(type.cases), ...(type.otherwise === undefined ? [] : [type.otherwise])]
      return { anyOf: parts.map(toJsonSchema) }
    }
    case 'optional':
      return toJsonSchema(type.inner)
    case 'struct':
      return structSchema(type)
  }
}

function structSchema(type: StructType): JsonSchema {
  const schema = object(
    Object.entries(type.fields).map(([name, field]) => [name, toJsonSchema(field)]),
    Object.entries(type.fields)
      .filter(([, field]) => field.kind !== 'optional')
      .map(([name]) => name),
  )
  return { title: type.facts.title, ...schema }
}

function spanSchema(member: SpanType, wordSize: number): JsonSchema {
  const described = member.meaning === '' ? {} : { description: member.meaning }
  if (member.as === 'flag') return { ...described, type: 'boolean' }
  if (member.as === 'bigint' || (member.as === 'rest' && wordSize === 8)) return { ...described, ...WIDE }
  const max = member.as === 'rest' ? 2 ** (wordSize * 8) - 1 : 2 ** (member.high + 1) - 1
  if (member.as === 'enum') return { ...described, ...named(member.names ?? {}, max) }
  return { ...described, type: 'integer', minimum: 0, maximum: max }
}

function named(names: Readonly<Record<number, string>>, max: number): JsonSchema {
  return { anyOf: [{ enum: Object.values(names) }, { type: 'integer', maximum: max }] }
}

function object(members: [string, JsonSchema][], required = members.map(([name]) => name)): JsonSchema {
  return { type: 'object', properties: Object.fromEntries(members), required, additionalProperties: false }
}
