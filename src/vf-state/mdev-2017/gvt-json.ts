import { atPath, type Path } from '../../findings/index.ts'
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

/** Every option is handed on to the sections. */
const handedOn = Object.fromEntries(Object.keys(gvtSection.parameters).map((name) => [name, parameter(name)]))

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

/**
 * The JSON of an image with nothing where configuration spaces stand, which have a reader of their own, and how to put
 * them back into the value.
 */
export function withoutSpaces(json: Json, path: Path): { bare: Json; restore: (image: GvtImage) => GvtImage } {
  const sections = isObject(json) ? json.sections : undefined
  if (!isObject(json) || !Array.isArray(sections)) return { bare: json, restore: (image) => image }
  const isSpace = (section: Json | undefined) => isObject(section) && isObject(section.body) && 'header' in section.body
  const bare = sections.map((section) => (isSpace(section) ? { ...(section as object), body: '' } : section))
  const restore = (image: GvtImage): GvtImage => ({
    ...image,
    sections: image.sections.map((section, index) => {
      const given = sections[index]
      if (section.type !== 'CFG_SPACE' || !isSpace(given)) return section
      const read = () => configSpaceFormat.fromJson((given as { body: Json }).body)
      return { ...section, body: atPath([...path, 'sections', index, 'body'], read) }
    }),
  })
  return { bare: { ...json, sections: bare }, restore }
}

function isObject(json: Json | undefined): json is { [name: string]: Json } {
  return json !== undefined && json !== null && typeof json === 'object' && !Array.isArray(json)
}

/** JSON Schema of an image: configuration space stands in a section as its own format has it. */
export function gvtImageSchema(): JsonSchema {
  return schemaWithSpaces(toJsonSchema(gvtImageDocument))
}

/** Lets each content of a section be configuration space. */
export function schemaWithSpaces(image: JsonSchema): JsonSchema {
  const { properties } = image as { properties: { sections: { items: { properties: { body: JsonSchema } } } } }
  const { body } = properties.sections.items.properties
  body.anyOf = [...(body.anyOf as Json[]), configSpaceFormat.schema()]
  return image
}
