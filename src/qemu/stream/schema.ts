import { type JsonSchema, RUN_SCHEMA, toJsonSchema } from '../../layout/index.ts'
import { saveImageSchema } from '../container/index.ts'
import { type Part, type Shape, streamShape } from './shape.ts'

/** JSON Schema of a stream as `decode --json` prints it. */
export const streamSchema = (): JsonSchema => objectSchema(streamShape)

function objectSchema({ parts, derived, required = [] }: Shape): JsonSchema {
  const own = Object.entries(parts).map(([name, part]) => [name, partSchema(part)])
  const properties: JsonSchema = { ...Object.fromEntries(own), ...derived }
  return { type: 'object', properties, required: [...required], additionalProperties: false }
}

function partSchema(part: Part): JsonSchema {
  if (part === 'run') return RUN_SCHEMA
  if (part === 'device') return { ...INDEX, description: 'index into devices' }
  if (part === 'config') return { ...INDEX, description: 'index into vfio' }
  if (part === 'saveImage') return saveImageSchema()
  if ('struct' in part) return toJsonSchema(part.struct.type)
  return { type: 'array', items: 'structs' in part ? toJsonSchema(part.structs.type) : objectSchema(part.list) }
}

const INDEX: JsonSchema = { type: 'integer', minimum: 0 }
