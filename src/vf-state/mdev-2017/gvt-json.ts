import { atPath } from '../../findings/index.ts'
import {
  array,
  bytes,
  fromJson,
  type Json,
  type JsonSchema,
  optional,
  parameter,
  remaining,
  StructType,
  toJsonSchema,
} from '../../layout/index.ts'
import { configSpaceFormat } from '../../pci/index.ts'
import { gvtSection } from './gvt-image.layout.ts'
import type { GvtImage, GvtParameters } from './gvt-read.ts'

/** Every option is handed on to the parts. */
export const handedOn = Object.fromEntries(Object.keys(gvtSection.parameters).map((name) => [name, parameter(name)]))

/** Names and kinds of an image as JSON has it; how sections follow one another is the reader's business. */
export const gvtImageDocument = new StructType(
  'gvt-image',
  {
    sections: array(gvtSection.withParameters(handedOn), 'to-end'),
    trailing: optional(1, bytes(remaining).doc('from the first type that is 0 or unknown')),
  },
  { ...gvtSection.facts, title: 'GVT-g device state image' },
)

/** @throws EncodeError */
export function gvtImageFromJson(json: Json, parameters: GvtParameters): GvtImage {
  const { bare, restore } = withoutSpaces(json, [])
  return restore(fromJson(gvtImageDocument, bare, parameters) as unknown as GvtImage)
}

/** Puts configuration spaces back where `withoutSpaces` took them out. */
type Restore = (image: GvtImage) => GvtImage

/**
 * JSON with nothing where the configuration spaces of an image stand, which have a reader of their own, and how to put
 * them back into the image. `below` leads to the image.
 */
export function withoutSpaces(json: Json, below: readonly string[]): { bare: Json; restore: Restore } {
  const [name, ...deeper] = below
  if (!isObject(json)) return { bare: json, restore: (image) => image }
  if (name !== undefined) {
    const { bare, restore } = withoutSpaces(json[name] ?? null, deeper)
    const back: Restore = (image) => atPath([name], () => restore(image))
    return name in json ? { bare: { ...json, [name]: bare }, restore: back } : { bare: json, restore: back }
  }
  const { sections } = json
  if (!Array.isArray(sections)) return { bare: json, restore: (image) => image }
  const bare = sections.map((section) => (isSpace(section) ? { ...section, body: '' } : section))
  const restore: Restore = (image) => ({
    ...image,
    sections: image.sections.map((section, index) => {
      const given = sections[index]
      if (section.type !== 'CFG_SPACE' || !isSpace(given)) return section
      const read = () => configSpaceFormat.fromJson(given.body)
      return { ...section, body: atPath(['sections', index, 'body'], read) }
    }),
  })
  return { bare: { ...json, sections: bare }, restore }
}

/** Whether the content of a section is configuration space. */
function isSpace(section: Json | undefined): section is { [name: string]: Json } & { body: Json } {
  return isObject(section) && isObject(section.body) && 'header' in section.body
}

function isObject(json: Json | undefined): json is { [name: string]: Json } {
  return json !== undefined && json !== null && typeof json === 'object' && !Array.isArray(json)
}

/** JSON Schema of an image: configuration space stands in a section as its own format has it. */
export function gvtImageSchema(): JsonSchema {
  return schemaWithSpaces(toJsonSchema(gvtImageDocument), [])
}

/** Lets each content of a section be configuration space; `below` leads to the image. */
export function schemaWithSpaces(schema: JsonSchema, below: readonly string[]): JsonSchema {
  let json: Json | undefined = schema
  for (const name of [
    ...below.flatMap((part) => ['properties', part]),
    'properties',
    'sections',
    'items',
    'properties',
    'body',
  ])
    json = isObject(json) ? json[name] : undefined
  if (!isObject(json) || !Array.isArray(json.anyOf)) throw new TypeError('There is no image in this schema.')
  json.anyOf = [...json.anyOf, configSpaceFormat.schema()]
  return schema
}
