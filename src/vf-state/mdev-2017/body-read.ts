import * as generated from '../../generated/vf-state/mdev-2017/body.js'
import {
  type Codec,
  codec,
  completeOptions,
  type OptionMap,
  type OptionValues,
  toView,
  type Value,
} from '../../layout/index.ts'
import { mdevFirstHead, mdevFullHead, mdevLiveHead } from './body.layout.ts'
import {
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

export const mdevFullHeadCodec = codec(mdevFullHead, generated.mdevFullHead)
export const mdevLiveHeadCodec = codec(mdevLiveHead, generated.mdevLiveHead)
export const mdevFirstHeadCodec = codec(mdevFirstHead, generated.mdevFirstHead)

/** What a device section holds: registers as big-endian words, then the region. A START body of 2018 has only its flag. */
export interface MdevBody extends Partial<Value<typeof mdevLiveHead>> {
  /** From the region's byte 1 on; in the proposed V1 from byte 0. */
  image?: GvtImage
  /** What follows a START body. */
  trailing?: Uint8Array
}

/** The form of a body in each version of the series. */
export interface BodyForm {
  readonly codec: Codec
  readonly hasFlag: boolean
  /** Bytes of the region that follow. */
  readonly imageSize: number
}

/** The run-state byte is not part of the stream. */
const AFTER_RUN_STATE = REGION_SIZE - 1

const FORMS: Readonly<Record<string, BodyForm>> = {
  'v2-v3': { codec: mdevFullHeadCodec, hasFlag: false, imageSize: AFTER_RUN_STATE },
  '2018': { codec: mdevLiveHeadCodec, hasFlag: true, imageSize: AFTER_RUN_STATE },
  'v1-proposed': { codec: mdevFirstHeadCodec, hasFlag: false, imageSize: REGION_SIZE },
}

export const bodyOptions = {
  version: {
    kind: 'choice',
    values: Object.keys(FORMS),
    default: 'v2-v3',
    meaning: 'version of the series: FULL body of V2 and V3, START or END body of V4 and May 2018, or the proposed V1',
  },
  msi64: {
    kind: 'choice',
    values: ['auto', 'true', 'false'],
    default: 'auto',
    meaning: "whether the device's MSI capability has a 64-bit address; auto: as the length or the image tells",
  },
  ...gvtOptions,
} as const satisfies OptionMap

/** The options as the reader takes them. */
export interface BodyOptions {
  readonly form: BodyForm
  /** Undefined where the bytes, or the value, tell. */
  readonly msi64: boolean | undefined
  readonly parameters: GvtParameters
}

/** @throws OptionError */
export function toBodyOptions(given: OptionValues | undefined): BodyOptions {
  const { version, msi64, ...gvt } = completeOptions(bodyOptions, given)
  const form = FORMS[String(version)] as BodyForm
  return { form, msi64: msi64 === 'auto' ? undefined : msi64 === 'true', parameters: gvtParameters(gvt) }
}

/** A decoded body with what the rules need to know. */
export interface BodyReading {
  readonly bytes: Uint8Array
  readonly form: BodyForm
  readonly head: Omit<MdevBody, 'image' | 'trailing'>
  readonly headLength: number
  /** What the bytes say about the high half, whatever was chosen; undefined where they say nothing. */
  readonly told: boolean | undefined
  readonly msi64: boolean
  /** Undefined after the flag of a START body. */
  readonly image: GvtReading | undefined
}

/** @throws DecodeError for a body that ends within its registers */
export function readBody(bytes: Uint8Array, { form, msi64: chosen, parameters }: BodyOptions): BodyReading {
  const told = tellMsi64(bytes, form)
  const msi64 = chosen ?? told ?? true
  const region = { bytes, view: toView(bytes), offset: 0, end: bytes.length }
  const { value, length: headLength } = form.codec.decodeAt(region, { parameters: { msi64: Number(msi64) } })
  const head = value as BodyReading['head']
  const image = head.flag === 0 ? undefined : readGvtImage(bytes.subarray(headLength), parameters)
  return { bytes, form, head, headLength, told, msi64, image }
}

/** Bytes of flag and registers. */
function headSize({ hasFlag }: BodyForm, msi64: boolean): number {
  return Number(hasFlag) + (msi64 ? 36 : 32)
}

/** Whether the high half is there: by a whole body's length, by that of one without image, or by where an image starts. */
function tellMsi64(bytes: Uint8Array, form: BodyForm): boolean | undefined {
  const tests = [
    (size: number) => bytes.length === size + form.imageSize,
    (size: number) => bytes.length === size,
    (size: number) => startsImage(bytes, size),
  ]
  for (const fits of tests) for (const msi64 of [true, false]) if (fits(headSize(form, msi64))) return msi64
  return undefined
}

/** The value that a reading stands for. */
export function bodyOf({ bytes, head, headLength, image }: BodyReading): MdevBody {
  if (image !== undefined) return { ...head, image: gvtImageOf(image) }
  return headLength < bytes.length ? { ...head, trailing: bytes.subarray(headLength) } : { ...head }
}
