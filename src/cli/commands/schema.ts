import { type JsonSchema, VERDICTS } from '../../layout/index.ts'
import { findFormat, formats } from '../../registry/index.ts'
import { Complaint } from '../complaint.ts'
import { Output } from '../output.ts'

const DIALECT = 'https://json-schema.org/draft/2020-12/schema'

/** Prints the JSON Schema of an output, or of one format's value. */
export async function schema(name: string): Promise<number> {
  const known = outputs()[name] ?? findFormat(name)?.schema()
  if (known === undefined) {
    const names = [...Object.keys(outputs()), ...formats.map((format) => format.name)]
    throw new Complaint(`There is no output ${JSON.stringify(name)}; there are ${names.join(', ')}.`)
  }
  const out = new Output()
  await out.line(JSON.stringify({ $schema: DIALECT, ...known }, null, 2))
  await out.flush()
  return 0
}

const text: JsonSchema = { type: 'string' }
const count: JsonSchema = { type: 'integer', minimum: 0 }
const evidence: JsonSchema = { enum: ['verified', 'derived', 'recalled', 'proposed'] }

const finding: JsonSchema = object(
  {
    code: { type: 'string', pattern: '^[a-z0-9-]+/[a-z0-9-]+$' },
    severity: { enum: ['error', 'warning', 'info'] },
    message: text,
    offset: count,
    length: count,
    in: text,
    line: { type: 'integer', minimum: 1 },
    path: text,
    hint: text,
    source: text,
  },
  ['code', 'severity', 'message', 'offset', 'length', 'path'],
)

const run: JsonSchema = object({
  design: text,
  seed: count,
  fault: { anyOf: [{ type: 'null' }, text] },
  equal: { type: 'boolean' },
  differences: { type: 'array', items: text },
  rounds: count,
  pagesSent: count,
  pagesResent: count,
  downtime: count,
  bytes: count,
  findings: { type: 'array', items: finding },
})

const side: JsonSchema = { anyOf: [{ type: 'null' }, object({ offset: count, length: count, value: {} })] }

function outputs(): Record<string, JsonSchema> {
  return {
    decode: {
      anyOf: formats.map((format) =>
        object({
          vfmig: { const: 1 },
          container: { anyOf: [{ type: 'null' }, text] },
          format: { const: format.name },
          options: { type: 'object' },
          value: format.schema(),
          findings: { type: 'array', items: finding },
        }),
      ),
    },
    validate: object(
      {
        files: {
          type: 'array',
          items: object({
            path: text,
            format: { anyOf: [{ type: 'null' }, text] },
            findings: { type: 'array', items: finding },
          }),
        },
        skipped: count,
      },
      ['files', 'skipped'],
    ),
    diff: object({
      vfmig: { const: 1 },
      format: text,
      a: text,
      b: text,
      asSeenBy: { anyOf: [{ type: 'null' }, text] },
      differences: {
        type: 'array',
        items: object(
          {
            function: text,
            path: text,
            a: side,
            b: side,
            verdict: { enum: [...VERDICTS] },
            refusals: { type: 'array', items: text },
          },
          ['path', 'a', 'b'],
        ),
      },
    }),
    simulate: {
      anyOf: [
        run,
        object({ runs: { type: 'array', items: run } }),
        object({
          designs: { type: 'array', items: object({ name: text, faults: { type: 'array', items: text } }) },
        }),
      ],
    },
    formats: object({
      formats: {
        type: 'array',
        items: object({
          name: text,
          title: text,
          source: text,
          evidence,
          automatic: { type: 'boolean' },
          ksy: { enum: ['full', 'parts', 'none'] },
          options: { type: 'object' },
          structures: {
            type: 'array',
            items: object({
              name: text,
              title: text,
              source: text,
              evidence,
              fields: { type: 'array', items: object({ path: text, meaning: text, evidence }) },
            }),
          },
        }),
      },
    }),
  }
}

function object(properties: JsonSchema, required = Object.keys(properties)): JsonSchema {
  return { type: 'object', properties, required, additionalProperties: false }
}
