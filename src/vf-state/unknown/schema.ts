import type { JsonSchema } from '../../layout/index.ts'

const COUNT: JsonSchema = { type: 'integer', minimum: 0 }
const TEXT: JsonSchema = { type: 'string' }
const ENTROPY: JsonSchema = { type: 'number', minimum: 0, maximum: 8 }
const READING: JsonSchema = { enum: ['empty', 'zero', 'text', 'structured', 'compressed-or-encrypted'] }

function object(properties: JsonSchema, absent: readonly string[] = []): JsonSchema {
  const required = Object.keys(properties).filter((name) => !absent.includes(name))
  return { type: 'object', properties, required, additionalProperties: false }
}

const list = (items: JsonSchema, maxItems: number): JsonSchema => ({ type: 'array', items, maxItems })

/** JSON Schema of what is said of opaque bytes. */
export function profileSchema(): JsonSchema {
  return object(
    {
      length: COUNT,
      examined: COUNT,
      reason: TEXT,
      startsLike: list(TEXT, 32),
      preview: TEXT,
      bitsPerByte: ENTROPY,
      reading: READING,
      distinctBytes: COUNT,
      commonBytes: list(object({ byte: COUNT, count: COUNT }), 4),
      period: object({ size: COUNT, share: { type: 'number', minimum: 0, maximum: 1 } }),
      zeroRunCount: COUNT,
      zeroRuns: list(object({ offset: COUNT, length: COUNT }), 16),
      stringCount: COUNT,
      strings: list(object({ offset: COUNT, text: TEXT }), 32),
      blocks: list(object({ offset: COUNT, length: COUNT, bitsPerByte: ENTROPY, reading: READING }), 64),
    },
    ['period'],
  )
}
