import * as generated from '../../generated/vf-state/mdev-2017/gvt-image.js'
import { codec, completeOptions, type OptionMap, type OptionValues, toView, type Value } from '../../layout/index.ts'
import { type ConfigSpace, configSpaceOf, type Reading, readConfigSpace, toPciOptions } from '../../pci/index.ts'
import { FIXED_SIZES, gvtSection, SECTION_NAMES } from './gvt-image.layout.ts'

export const gvtSectionCodec = codec(gvtSection, generated.gvtSection)

type DescribedSection = Value<typeof gvtSection>

/** A section as decoded: configuration space by its own format, everything else by the description. */
export interface GvtSection extends Omit<DescribedSection, 'body'> {
  body: DescribedSection['body'] | ConfigSpace
}

/** A GVT-g image: sections one after another, and what follows the last. */
export interface GvtImage {
  sections: GvtSection[]
  /** From the first type that is 0 or unknown; absent where the sections fill the bytes. */
  trailing?: Uint8Array
}

/** Bytes of the region; an image never has more. */
export const REGION_SIZE = 9 * 1024 * 1024

export const gvtOptions = {
  ppgtt: {
    kind: 'choice',
    values: ['auto', '36', '40'],
    default: 'auto',
    meaning: 'bytes of a PPGTT entry; the earliest code has 36',
  },
  workload: {
    kind: 'choice',
    values: ['auto', '24', '36'],
    default: 'auto',
    meaning: 'bytes of a WORKLOAD entry; the first code has 24',
  },
  execlist: {
    kind: 'choice',
    values: ['auto', '8', '9'],
    default: 'auto',
    meaning: 'section type of EXECLIST; 8 in the tree of 2019 that has no OPREGION',
  },
} as const satisfies OptionMap

/** The options as parameters of the section's description. */
export interface GvtParameters extends Readonly<Record<string, number>> {
  readonly ppgttEntry: number
  readonly workloadEntry: number
  readonly execlistType: number
}

/** @throws OptionError */
export function gvtParameters(given: OptionValues | undefined): GvtParameters {
  const { ppgtt, workload, execlist } = completeOptions(gvtOptions, given)
  const number = (value: string | number | boolean | undefined) => (value === 'auto' ? 0 : Number(value))
  return { ppgttEntry: number(ppgtt), workloadEntry: number(workload), execlistType: number(execlist) }
}

/** A section and where it lies. */
export interface PlacedSection {
  readonly value: GvtSection
  readonly offset: number
  /** Bytes that it really has, with its header. */
  readonly length: number
  /** Configuration space with what its rules need to know. */
  readonly configSpace?: Reading
}

/** A decoded image with what the rules need to know. */
export interface GvtReading {
  readonly bytes: Uint8Array
  readonly parameters: GvtParameters
  readonly sections: readonly PlacedSection[]
  /** Where the sections end. */
  readonly end: number
}

/** Bytes of a section's header. */
export const HEADER_SIZE = 8

const TYPES = Object.keys(SECTION_NAMES).length

/** Whether a loader goes on at a section of this type. */
export function isKnownType(type: number, { execlistType }: GvtParameters): boolean {
  return type > 0 && type < TYPES && !(type === 9 && execlistType === 8)
}

/**
 * Finds the sections as a loader does: one after another until a type that is 0 or unknown, or the end of the region.
 * Long sections are views of the input.
 */
export function readGvtImage(bytes: Uint8Array, parameters: GvtParameters): GvtReading {
  const view = toView(bytes)
  const limit = Math.min(bytes.length, REGION_SIZE)
  const sections: PlacedSection[] = []
  let offset = 0
  while (offset + HEADER_SIZE <= limit && isKnownType(view.getUint32(offset, true), parameters)) {
    const region = { bytes, view, offset, end: limit }
    const { value, length } = gvtSectionCodec.decodeAt(region, { parameters })
    sections.push(placed(value, offset, length))
    offset += length
  }
  return { bytes, parameters, sections, end: offset }
}

function placed(value: DescribedSection, offset: number, length: number): PlacedSection {
  const { type, body } = value
  if (type !== 'CFG_SPACE' || !(body instanceof Uint8Array) || body.length !== FIXED_SIZES.CFG_SPACE) {
    return { value, offset, length }
  }
  const configSpace = readConfigSpace(body, toPciOptions(undefined))
  return { value: { ...value, body: configSpaceOf(configSpace) }, offset, length, configSpace }
}

/** The value that a reading stands for. */
export function gvtImageOf({ bytes, sections, end }: GvtReading): GvtImage {
  const value: GvtImage = { sections: sections.map((section) => section.value) }
  if (end < bytes.length) value.trailing = bytes.subarray(end)
  return value
}

/** Offset and size of a section's content. */
export function bodyPlace({ offset, length }: PlacedSection): { offset: number; length: number } {
  return { offset: offset + HEADER_SIZE, length: length - HEADER_SIZE }
}

/** How an image starts: a HEAD section of 528 bytes. */
export const GVT_SIGNATURE: readonly number[] = [1, 0, 0, 0, 0x10, 2, 0, 0]

/** Whether an image starts at an offset. */
export function startsImage(bytes: Uint8Array, offset: number): boolean {
  return GVT_SIGNATURE.every((byte, at) => bytes[offset + at] === byte)
}
