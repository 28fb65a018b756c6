import { type JsonSchema, RUN_SCHEMA } from '../../layout/index.ts'
import { SECTION_KINDS } from '../section.ts'
import { vfioConfigStateFormat } from '../vfio/index.ts'
import { VFIO_TAGS } from '../vfio/record.layout.ts'

/** A 64-bit number in JSON. */
export const HEXADECIMAL: JsonSchema = { type: 'string', pattern: '^0x[0-9a-f]+$' }

const count: JsonSchema = { type: 'integer', minimum: 0 }
const word: JsonSchema = { ...count, maximum: 0xffffffff }
const text: JsonSchema = { type: 'string' }

const object = (properties: JsonSchema, required: readonly string[]): JsonSchema => ({
  ...{ type: 'object', properties, required: [...required], additionalProperties: false },
})

/** An entry of the list of sections. */
export const listedSection = object(
  {
    kind: { enum: [...SECTION_KINDS] },
    ...{ sectionId: word, name: text, instanceId: word, version: word },
    offset: { ...count, description: 'of the byte that says the kind' },
    size: { ...count, description: 'bytes with header and footer' },
  },
  ['kind', 'sectionId', 'name', 'offset', 'size'],
)

/** The state of a device: what its fields are is in the description of the stream. */
export const device = object(
  {
    ...{ name: text, instanceId: word, version: word, sectionId: word },
    fields: {
      anyOf: [object({ opaque: RUN_SCHEMA }, ['opaque']), { type: 'object' }],
      description: 'fields by the names that the description of the stream gives them',
    },
  },
  ['name', 'sectionId', 'fields'],
)

const record = object(
  {
    offset: { ...count, description: 'of the tag' },
    tag: { anyOf: [{ enum: Object.values(VFIO_TAGS) }, text] },
    length: { ...count, description: 'bytes of data' },
  },
  ['offset', 'tag'],
)

const deviceState = object({ format: { type: ['string', 'null'] }, size: count, sha256: text }, [
  ...['format', 'size', 'sha256'],
])

/** A VFIO device with its PCI state where the stream has it. Made when it is asked for, as it is large. */
export function vfioDevice(): JsonSchema {
  const { properties: configState } = vfioConfigStateFormat.schema() as { properties: JsonSchema }
  return object(
    {
      ...{ name: text, sectionId: word, records: { type: 'array', items: record }, deviceState },
      ...configState,
    },
    ['name', 'sectionId', 'records', 'deviceState'],
  )
}
