import { DecodeError, type Finding } from '../../findings/index.ts'
import * as generated from '../../generated/vf-state/mdev-2017/region.js'
import {
  codec,
  errorFinding,
  type Format,
  fromJson,
  movedFields,
  movedFindings,
  movedSpaces,
  recordOf,
  StructType,
  toBytes,
  toJson,
  toJsonSchema,
} from '../../layout/index.ts'
import { gvtImageFields, gvtImageSpaces } from './gvt-fields.ts'
import { gvtImageCodes, gvtStructures } from './gvt-format.ts'
import { gvtSection } from './gvt-image.layout.ts'
import { gvtImageDocument, handedOn, schemaWithSpaces, withoutSpaces } from './gvt-json.ts'
import {
  GVT_SIGNATURE,
  type GvtImage,
  type GvtParameters,
  type GvtReading,
  gvtImageOf,
  gvtOptions,
  gvtParameters,
  REGION_SIZE,
  readGvtImage,
  startsImage,
} from './gvt-read.ts'
import { judgeGvtImage } from './gvt-rules.ts'
import { writeImageAfter } from './gvt-write.ts'
import { mdevRegionHead } from './region.layout.ts'
import { regionCodes } from './region-codes.ts'

export const mdevRegionHeadCodec = codec(mdevRegionHead, generated.mdevRegionHead)

/** The device state region: run state, then the image. */
export interface MdevRegion {
  runState: 'START' | 'STOP' | number
  image: GvtImage
}

/** VFIO_DEVICE_STATE_OFFSET: where the image starts. */
const IMAGE_AT = 1

const document = new StructType(
  'mdev-2017-region',
  { ...mdevRegionHead.fields, image: gvtImageDocument.withParameters(handedOn) },
  { ...mdevRegionHead.facts, title: 'Device state region of the mdev proposals', parameters: gvtSection.parameters },
)

export const mdevRegionFormat: Format<MdevRegion> = {
  name: document.name,
  title: document.facts.title,
  source: document.facts.source,
  evidence: 'verified',
  options: gvtOptions,
  ksy: 'parts',
  structures: [mdevRegionHeadCodec, ...gvtStructures],
  codes: { ...regionCodes.entries, ...gvtImageCodes },
  automatic: false,
  detect: () => 0,
  decode: (input, given) => regionOf(read(toBytes(input), gvtParameters(given))),
  encode(value, given) {
    const head = mdevRegionHeadCodec.encode(recordOf(value, []) as never)
    return writeImageAfter(head, value.image, gvtParameters(given))
  },
  inspect(input, given) {
    const bytes = toBytes(input)
    const parameters = gvtParameters(given)
    try {
      const reading = read(bytes, parameters)
      return { value: regionOf(reading), findings: judge(reading, bytes) }
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      return { value: undefined, findings: [errorFinding(error, bytes.length)] }
    }
  },
  fields(input, given) {
    const bytes = toBytes(input)
    const { image } = read(bytes, gvtParameters(given))
    const head = mdevRegionHeadCodec.fields(bytes.subarray(0, IMAGE_AT))
    return [...head, ...movedFields(gvtImageFields(image), IMAGE_AT, ['image'])]
  },
  spaces(input, given) {
    const { image } = read(toBytes(input), gvtParameters(given))
    return movedSpaces(gvtImageSpaces(image), IMAGE_AT, ['image'])
  },
  toJson: (value) => toJson(document, value),
  fromJson(json, given) {
    const { bare, restore } = withoutSpaces(json, ['image'])
    const value = fromJson(document, bare, gvtParameters(given)) as unknown as MdevRegion
    return { ...value, image: restore(value.image) }
  },
  schema: () => schemaWithSpaces(toJsonSchema(document), ['image']),
}

interface RegionReading {
  readonly runState: MdevRegion['runState']
  readonly image: GvtReading
}

function read(bytes: Uint8Array, parameters: GvtParameters): RegionReading {
  const { value } = mdevRegionHeadCodec.decodePrefix(bytes)
  return { runState: value.runState, image: readGvtImage(bytes.subarray(IMAGE_AT), parameters) }
}

function regionOf({ runState, image }: RegionReading): MdevRegion {
  return { runState, image: gvtImageOf(image) }
}

function judge({ runState, image }: RegionReading, bytes: Uint8Array): Finding[] {
  const findings: Finding[] = []
  const say = (code: keyof typeof regionCodes.entries, message: string, length: number, path: string[] = []) =>
    findings.push(regionCodes.finding(code, message, { offset: 0, length, path }))
  if (typeof runState === 'number') say('vf-state/mdev-run-state', `The run state is ${runState}.`, 1, ['runState'])
  if (bytes.length !== REGION_SIZE) {
    say('vf-state/mdev-region-size', `There are ${bytes.length} bytes, not ${REGION_SIZE}.`, bytes.length)
  }
  if (startsImage(bytes, 0)) {
    say('vf-state/mdev-image-at-zero', 'The image starts at offset 0, not at 1.', GVT_SIGNATURE.length)
  } else if (image.bytes.every((byte) => byte === 0)) {
    say('vf-state/mdev-no-image', 'All bytes behind the run state are zero.', bytes.length, ['image'])
    return findings
  } else if (runState === 'START') {
    say('vf-state/mdev-image-while-running', 'The run state is START and there is an image.', 1, ['runState'])
  }
  return [...findings, ...movedFindings(judgeGvtImage(image), IMAGE_AT, ['image'])]
}
