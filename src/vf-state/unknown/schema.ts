import type { JsonSchema } from '../../layout/index.ts'
import { MOST_BLOCKS, MOST_COMMON } from './profile.ts'
import { READINGS } from './reading.ts'
import { MOST_STRINGS, MOST_ZERO_RUNS } from './runs.ts'

const COUNT: JsonSchema = { type: 'integer', minimum: 0 }
const TEXT: JsonSchema = { type: 'string' }
const ENTROPY: JsonSchema = { type: 'number', minimum: 0, maximum: 8 }
const READING: JsonSchema = { enum: [...READINGS] }

function object(properties: JsonSchema, absent: readonly string[] = []): JsonSchema {
  const required = Object.keys(properties).filter((name) => !absent.includes(name))
  return { type: 'object', properties, required, additionalProperties: false }
}

const list = (items: JsonSchema, maxItems?: number): JsonSchema => ({
  type: 'array',
  items,
  ...(maxItems === undefined ? {} : { maxItems }),
})

/** JSON Schema of what is said of opaque bytes. */
export function profileSchema(): JsonSchema {
  return object(
    {
      length: COUNT,
      examined: COUNT,
      reason: TEXT,
      startsLike: list(TEXT),
      preview: TEXT,
      bitsPerByte: ENTROPY,
      reading: READING,
      distinctBytes: COUNT,
      commonBytes: list(object({ byte: COUNT, count: COUNT }), MOST_COMMON),
      period: object({ size: COUNT, share: { type: 'number', minimum: 0, maximum: 1 } }),
      zeroRunCount: COUNT,
      zeroRuns: list(object({ offset: COUNT, length: COUNT }), MOST_ZERO_RUNS),
      stringCount: COUNT,
      strings: list(object({ offset: COUNT, text: TEXT }), MOST_STRINGS),
      blocks: list(object({ offset: COUNT, length: COUNT, bitsPerByte: ENTROPY, reading: READING }), MOST_BLOCKS),
    },
    ['period'],
  )
}
