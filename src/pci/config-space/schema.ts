import { BYTES_SCHEMA, type Codec, type JsonSchema, toJsonSchema } from '../../layout/index.ts'
import { headerCodecs } from '../header.ts'
import { catalogues, type ListName } from './catalogue.ts'
import { EXTENDED_SIZE } from './value.ts'

/** JSON Schema of a decoded configuration space, from the descriptions of its parts. */
export function configSpaceSchema(): JsonSchema {
  return {
    type: 'object',
    properties: {
      size: { type: 'integer', minimum: 64, maximum: EXTENDED_SIZE },
      header: { anyOf: headerCodecs.map(({ type }) => toJsonSchema(type)) },
      capabilities: { type: 'array', items: entrySchema('capabilities', 0xff) },
      extendedCapabilities: { type: 'array', items: entrySchema('extendedCapabilities', 0xfff) },
      gaps: {
        type: 'array',
        items: {
          type: 'object',
          properties: { offset: { type: 'integer' }, bytes: BYTES_SCHEMA },
          required: ['offset', 'bytes'],
          additionalProperties: false,
        },
      },
      trailing: BYTES_SCHEMA,
    },
    required: ['size', 'header', 'capabilities', 'extendedCapabilities', 'gaps'],
    additionalProperties: false,
  }
}

function entrySchema(list: ListName, maxNext: number): JsonSchema {
  const head: JsonSchema = {
    offset: { type: 'integer', minimum: 0x40, maximum: EXTENDED_SIZE - 1 },
    id: { type: 'integer', minimum: 0, maximum: list === 'capabilities' ? 0xff : 0xffff },
    name: { type: 'string' },
    next: { type: 'integer', minimum: 0, maximum: maxNext },
    ...(list === 'capabilities' ? {} : { version: { type: 'integer', minimum: 0, maximum: 15 } }),
  }
  const codecs = [...catalogues[list].byLayout.values()].map(({ codec }) => codec)
  const opaque = alternative(head, { opaque: BYTES_SCHEMA }, ['opaque'])
  return { anyOf: [...codecs.map((codec) => described(head, codec)), opaque] }
}

function described(head: JsonSchema, { type }: Codec): JsonSchema {
  const { properties, required } = toJsonSchema(type) as { properties: JsonSchema; required: string[] }
  return alternative(head, { layout: { const: type.name }, ...properties }, ['layout', ...required])
}

function alternative(head: JsonSchema, more: JsonSchema, required: string[]): JsonSchema {
  return {
    type: 'object',
    properties: { ...head, ...more },
    required: [...Object.keys(head).filter((name) => name !== 'name'), ...required],
    additionalProperties: false,
  }
}
