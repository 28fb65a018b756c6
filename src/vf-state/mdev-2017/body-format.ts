import { DecodeError, EncodeError } from '../../findings/index.ts'
import {
  describe,
  errorFinding,
  type Format,
  fromJson,
  type JsonSchema,
  joined,
  type Located,
  movedFields,
  movedSpaces,
  optional,
  plainJson,
  recordOf,
  remaining,
  bytes as run,
  runField,
  runOf,
  StructType,
  toBytes,
  toJsonSchema,
} from '../../layout/index.ts'
import { bodyCodes } from './body-codes.ts'
import {
  type BodyForm,
  type BodyReading,
  bodyOf,
  bodyOptions,
  type MdevBody,
  mdevFirstHeadCodec,
  mdevFullHeadCodec,
  mdevLiveHeadCodec,
  readBody,
  toBodyOptions,
} from './body-read.ts'
import { judgeBody } from './body-rules.ts'
import { gvtImageFields, gvtImageSpaces } from './gvt-fields.ts'
import { gvtImageCodes, gvtStructures } from './gvt-format.ts'
import { gvtSection } from './gvt-image.layout.ts'
import { gvtImageDocument, handedOn, schemaWithSpaces, withoutSpaces } from './gvt-json.ts'
import { writeImageAfter } from './gvt-write.ts'

const NAME = 'mdev-2017-body'
const heads = [mdevFullHeadCodec, mdevLiveHeadCodec, mdevFirstHeadCodec]

/** Names and kinds of a body as JSON has it. */
function documentOf({ codec }: Pick<BodyForm, 'codec'>): StructType {
  const { fields, facts, parameters } = codec.type
  const image = optional(1, gvtImageDocument.withParameters(handedOn))
  const trailing = optional(1, run(remaining))
  const all = { ...parameters, ...gvtSection.parameters }
  return new StructType(NAME, { ...fields, image, trailing }, { ...facts, parameters: all })
}

/** Body of a device section: registers of the function, then the device state region. */
export const mdevBodyFormat: Format<MdevBody> = {
  name: NAME,
  title: 'Stream body of an mdev device, 2017-18',
  source: mdevFullHeadCodec.type.facts.source,
  evidence: 'verified',
  options: bodyOptions,
  ksy: 'parts',
  structures: [...heads, ...gvtStructures],
  codes: { ...bodyCodes.entries, ...gvtImageCodes },
  automatic: false,
  detect: () => 0,
  decode: (input, given) => bodyOf(readBody(toBytes(input), toBodyOptions(given))),
  encode(value, given) {
    const { form, msi64, parameters } = toBodyOptions(given)
    const { flag, msiAddressHigh, image, trailing } = recordOf(value, []) as MdevBody
    const has64 = msi64 ?? (flag === 0 || msiAddressHigh !== undefined)
    const head = form.codec.encode(value as never, { parameters: { msi64: Number(has64) } })
    if (!form.hasFlag || flag !== 0) {
      absent(trailing, 'trailing')
      return writeImageAfter(head, image as NonNullable<typeof image>, parameters)
    }
    absent(image, 'image')
    if (trailing === undefined) return head
    return joined([head, runOf(trailing, ['trailing'])])
  },
  inspect(input, given) {
    const bytes = toBytes(input)
    try {
      const reading = readBody(bytes, toBodyOptions(given))
      return { value: bodyOf(reading), findings: judgeBody(reading) }
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      return { value: undefined, findings: [errorFinding(error, bytes.length)] }
    }
  },
  fields: (input, given) => bodyFields(readBody(toBytes(input), toBodyOptions(given))),
  spaces(input, given) {
    const { image, headLength } = readBody(toBytes(input), toBodyOptions(given))
    return image === undefined ? [] : movedSpaces(gvtImageSpaces(image), headLength, ['image'])
  },
  toJson: (value) => plainJson(value),
  fromJson(json, given) {
    const { form, parameters } = toBodyOptions(given)
    const { bare, restore } = withoutSpaces(json, ['image'])
    const value = fromJson(documentOf(form), bare, parameters) as MdevBody
    return value.image === undefined ? value : { ...value, image: restore(value.image) }
  },
  schema: () => ({ anyOf: heads.map((codec) => schemaOf(documentOf({ codec }))) }),
}

function schemaOf(document: StructType): JsonSchema {
  return schemaWithSpaces(toJsonSchema(document), ['image'])
}

function absent(value: unknown, name: string): void {
  if (value === undefined) return
  const facts = { expected: 'nothing, as the flag states', found: describe(value) }
  throw new EncodeError({ code: 'layout/length-mismatch', path: [name], ...facts })
}

function bodyFields({ bytes, form, headLength, msi64, image }: BodyReading): Located[] {
  const fields = form.codec.fields(bytes.subarray(0, headLength), { parameters: { msi64: Number(msi64) } })
  if (image !== undefined) return [...fields, ...movedFields(gvtImageFields(image), headLength, ['image'])]
  if (headLength === bytes.length) return fields
  const value = bytes.subarray(headLength)
  return [...fields, runField(['trailing'], headLength, value)]
}
