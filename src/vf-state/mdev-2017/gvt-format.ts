import * as generated from '../../generated/vf-state/mdev-2017/gvt-image.js'
import { codec, type Format, toBytes, toJson } from '../../layout/index.ts'
import { configSpaceFormat } from '../../pci/index.ts'
import { gvtCodes } from './gvt-codes.ts'
import { gvtImageFields, gvtImageSpaces } from './gvt-fields.ts'
import {
  gvtExeclist,
  gvtImageHeader,
  gvtPpgtt,
  gvtPpgttFirst,
  gvtSection,
  gvtWorkload,
  gvtWorkloadFirst,
} from './gvt-image.layout.ts'
import { gvtImageDocument, gvtImageFromJson, gvtImageSchema } from './gvt-json.ts'
import { type GvtImage, gvtImageOf, gvtOptions, gvtParameters, gvtSectionCodec, readGvtImage } from './gvt-read.ts'
import { judgeGvtImage } from './gvt-rules.ts'
import { writeGvtImage } from './gvt-write.ts'

export const gvtImageHeaderCodec = codec(gvtImageHeader, generated.gvtImageHeader)
export const gvtPpgttFirstCodec = codec(gvtPpgttFirst, generated.gvtPpgttFirst)
export const gvtPpgttCodec = codec(gvtPpgtt, generated.gvtPpgtt)
export const gvtWorkloadFirstCodec = codec(gvtWorkloadFirst, generated.gvtWorkloadFirst)
export const gvtWorkloadCodec = codec(gvtWorkload, generated.gvtWorkload)
export const gvtExeclistCodec = codec(gvtExeclist, generated.gvtExeclist)

export const gvtStructures = [
  ...[gvtSectionCodec, gvtImageHeaderCodec, gvtPpgttFirstCodec, gvtPpgttCodec],
  ...[gvtWorkloadFirstCodec, gvtWorkloadCodec, gvtExeclistCodec],
]

/** What may be found in an image. */
export const gvtImageCodes = { ...gvtCodes.entries, ...configSpaceFormat.codes }

/** The state of an Intel GVT-g virtual GPU, as XenGT's device_state file has it, or the region behind its first byte. */
export const gvtImageFormat: Format<GvtImage> = {
  name: 'gvt-image',
  title: gvtImageDocument.facts.title,
  source: gvtSection.facts.source,
  evidence: 'verified',
  options: gvtOptions,
  ksy: 'parts',
  structures: gvtStructures,
  codes: gvtImageCodes,
  automatic: false,
  detect: () => 0,
  decode: (input, given) => gvtImageOf(readGvtImage(toBytes(input), gvtParameters(given))),
  encode: (value, given) => writeGvtImage(value, gvtParameters(given)),
  inspect(input, given) {
    const reading = readGvtImage(toBytes(input), gvtParameters(given))
    return { value: gvtImageOf(reading), findings: judgeGvtImage(reading) }
  },
  fields: (input, given) => gvtImageFields(readGvtImage(toBytes(input), gvtParameters(given))),
  spaces: (input, given) => gvtImageSpaces(readGvtImage(toBytes(input), gvtParameters(given))),
  toJson: (value) => toJson(gvtImageDocument, value),
  fromJson: (json, given) => gvtImageFromJson(json, gvtParameters(given)),
  schema: gvtImageSchema,
}
