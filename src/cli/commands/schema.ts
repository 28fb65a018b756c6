import { type JsonSchema, VERDICTS } from '../../layout/index.ts'
import { formats } from '../../registry/all.ts'
import { findFormat } from '../../registry/find.ts'
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

const number: JsonSchema = { type: 'number', minimum: 0 }
const address: JsonSchema = { type: 'string', pattern: '^0x[0-9a-f]+$' }
const orNull = (known: JsonSchema): JsonSchema => ({ anyOf: [{ type: 'null' }, known] })
const list = (items: JsonSchema): JsonSchema => ({ type: 'array', items })

const runFields = { address, bytes: count, firstPage: count, pages: count }

/** Sizes in bytes, times in seconds. */
const convergence: JsonSchema = object({
  remaining: number,
  dirtyRate: number,
  bandwidth: number,
  downtimeLimit: number,
  stopBytes: number,
  ratio: orNull(number),
  converges: { type: 'boolean' },
  rounds: orNull(count),
  seconds: orNull(number),
  bytes: orNull(number),
  downtime: orNull(number),
  needed: orNull(
    object({ downtimeLimit: orNull(number), bandwidth: orNull(number), throttle: orNull({ ...number, maximum: 1 }) }),
  ),
  verdict: list(text),
  advice: list(text),
})

const bitmapFields = {
  pageSize: { type: 'integer', minimum: 1 },
  base: address,
  pages: count,
  dirty: count,
  density: { ...number, maximum: 1 },
  ranges: count,
  meanRange: number,
  rangesByLength: list(object({ from: count, count })),
  longestRanges: list(object(runFields)),
  regionPages: count,
  hotRegions: list(object({ ...runFields, dirty: count, density: { ...number, maximum: 1 } })),
  bitsBehind: count,
  pagesMissing: count,
} satisfies Record<string, JsonSchema>

const round: JsonSchema = object({
  input: text,
  pages: count,
  dirty: count,
  newlyDirty: count,
  stillDirty: count,
  becameClean: count,
})

const sampledRound: JsonSchema = object({
  round: count,
  samples: count,
  time: orNull(number),
  remaining: orNull(number),
  transferred: orNull(number),
  dirtyRate: orNull(number),
  bandwidth: orNull(number),
})

const pageCounts = { pages: count, zero: count, normal: count, xbzrle: count, compressed: count, bytes: count }
const sentPages = { distinct: count, again: count, unknown: count }

/** What the pages of a migration stream of QEMU come to. */
const streamPages: JsonSchema = object({
  pageSize: { type: 'integer', minimum: 1 },
  ...pageCounts,
  ...sentPages,
  timesSent: number,
  whole: { type: 'boolean' },
  blocks: list(object({ name: text, length: orNull(count), ...pageCounts, ...sentPages })),
  passCount: count,
  passes: list(object({ isFinal: { type: 'boolean' }, ...pageCounts })),
  pagesPerPass: number,
})

const dirty: JsonSchema = {
  anyOf: [
    object({ ...bitmapFields, rangeList: list(object(runFields)) }, Object.keys(bitmapFields)),
    object({
      ...bitmapFields,
      dirtyAgain: count,
      dirtyAlways: count,
      longestAlways: list(object(runFields)),
      rounds: list(round),
      trend: orNull(number),
      convergence: orNull(convergence),
    }),
    object({
      samples: count,
      status: orNull(text),
      rounds: list(sampledRound),
      downtime: orNull(number),
      expectedDowntime: orNull(number),
      vfioTransferred: orNull(count),
      throttle: orNull(number),
      convergence: orNull(convergence),
    }),
    streamPages,
  ],
}

const diffHead = { vfmig: { const: 1 }, format: text, a: text, b: text, asSeenBy: orNull(text) } as const

const DIFFERENT = ['path', 'a', 'b']
const differenceFields = { path: text, a: side, b: side, verdict: { enum: [...VERDICTS] }, refusals: list(text) }

/** Of a device as `vfio` of the main stream has it, without records. */
const channelDevice: JsonSchema = {
  type: 'object',
  properties: {
    ...{ name: text, sectionId: count },
    deviceState: object({ format: orNull(text), size: count, sha256: { type: 'string', pattern: '^[0-9a-f]{64}$' } }),
  },
  required: ['name', 'sectionId', 'deviceState'],
}

/** What decode tells of multifd channels that are given. */
const channels: JsonSchema = object({
  files: list(
    object({
      ...{ path: text, channelId: count, uuid: { type: 'string', pattern: '^[0-9a-f]{32}$' } },
      ...{ packets: count, pages: count, zeroPages: count, syncs: count, deviceStates: count },
    }),
  ),
  vfio: list(channelDevice),
  problems: list(text),
})

function outputs(): Record<string, JsonSchema> {
  return {
    decode: {
      anyOf: formats.map((format) => {
        const known: { [name: string]: JsonSchema } = {
          vfmig: { const: 1 },
          container: { anyOf: [{ type: 'null' }, text] },
          format: { const: format.name },
          options: { type: 'object' },
          value: format.schema(),
          findings: { type: 'array', items: finding },
        }
        return format.name === 'qemu-migration' ? object({ ...known, channels }, Object.keys(known)) : object(known)
      }),
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
    diff: {
      anyOf: [
        object({ ...diffHead, differences: list(object({ function: text, ...differenceFields }, DIFFERENT)) }),
        object({
          ...diffHead,
          differences: list(
            object(
              {
                device: orNull(text),
                record: text,
                ...differenceFields,
                bytes: object({ first: count, exact: { type: 'boolean' }, a: count, b: count }),
                pages: object({ address, bytes: address, in: { enum: ['both', 'a', 'b'] } }),
              },
              ['device', 'record', ...DIFFERENT],
            ),
          ),
          notes: list(text),
        }),
      ],
    },
    dirty,
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
