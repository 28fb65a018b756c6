import { eventKinds, SIDES } from '../event.ts'
import type { Field, Fields } from './field.ts'

/** JSON Schema (draft 2020-12) of one line of a trace. */
export function eventSchema(): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'An event of a migration trace',
    anyOf: Object.entries(eventKinds).map(([kind, { meaning, fields }]) => kindSchema(kind, meaning, fields)),
  }
}

function kindSchema(kind: string, meaning: string, fields: Fields): object {
  const required = Object.entries(fields).filter(([, { optional }]) => !optional)
  return {
    type: 'object',
    description: meaning,
    properties: {
      at: { type: 'number', minimum: 0, description: 'simulated microseconds' },
      side: { enum: SIDES },
      kind: { const: kind },
      ...Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, fieldSchema(field)])),
    },
    required: ['at', 'side', 'kind', ...required.map(([name]) => name)],
    additionalProperties: false,
  }
}

function fieldSchema(field: Field): object {
  const description = field.meaning
  switch (field.type) {
    case 'integer':
      return field.most === undefined
        ? { type: 'integer', description }
        : { type: 'integer', minimum: 0, maximum: field.most, description }
    case 'text':
      return { type: 'string', description }
    case 'flag':
      return { type: 'boolean', description }
    case 'one-of':
      return { enum: field.values, description }
  }
}
