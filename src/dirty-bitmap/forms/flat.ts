import * as generated from '../../generated/dirty-bitmap/forms/flat.js'
import {
  addressOf,
  type ByteOrder,
  codec,
  completeOptions,
  type Format,
  OptionError,
  type OptionMap,
  type OptionValues,
  structureFormat,
  type Value,
} from '../../layout/index.ts'
import type { DirtyBitmap } from '../bitmap.ts'
import { flatBitmap } from './flat.layout.ts'
import { flatCodes } from './flat-codes.ts'
import { type FlatFacts, judgeFlat } from './flat-rules.ts'
import { type GivenGeometry, geometryOf, type SingleBitmapForm, singleForm } from './form.ts'
import { BITMAP_SOURCES, type BitmapSourceName, sizeBy } from './sources.ts'
import { bitmapFromWords, wordsOfBitmap } from './words.ts'

export type FlatBitmap = Value<typeof flatBitmap>

export const flatBitmapCodec = codec(flatBitmap, generated.flatBitmap)

const sources = Object.keys(BITMAP_SOURCES) as BitmapSourceName[]

const options = {
  source: { kind: 'choice', values: sources, default: 'dma-logging', meaning: 'who gave the bitmap' },
  pageSize: { kind: 'number', default: 4096, meaning: 'bytes of a page' },
  base: { kind: 'address', default: '0x0', meaning: 'address of page 0' },
  pages: { kind: 'number', default: 0, meaning: 'number of pages; 0: not known' },
  wordOrder: {
    kind: 'choice',
    values: ['little', 'big'],
    default: 'little',
    meaning: 'byte order of 64-bit words on the host',
  },
} as const satisfies OptionMap

const structure = structureFormat({ codec: flatBitmapCodec, codes: flatCodes.entries })

/** The options of a flat bitmap. @throws OptionError */
function factsOf(given: OptionValues | undefined): FlatFacts {
  const { base, ...facts } = completeOptions(options, given)
  for (const [name, value] of Object.entries(facts)) {
    if (typeof value !== 'number' || (Number.isSafeInteger(value) && value >= 0)) continue
    throw new OptionError(`${name} is a whole number from 0 on, not ${value}.`)
  }
  return { ...(facts as Omit<FlatFacts, 'base'>), base: addressOf(base) }
}

/** Flat bitmaps of every source: the table of sources drives what is said of them. Any bytes are one. */
export const dirtyBitmapFormat: Format<FlatBitmap> = {
  ...structure,
  options,
  decode(input, given) {
    factsOf(given)
    return structure.decode(input)
  },
  encode(value, given) {
    factsOf(given)
    return structure.encode(value)
  },
  inspect(input, given) {
    const facts = factsOf(given)
    const { value, findings } = structure.inspect(input)
    return { value, findings: value === undefined ? findings : [...findings, ...judgeFlat(value.bitmap, facts)] }
  },
  fields(input, given) {
    factsOf(given)
    return structure.fields(input)
  },
  fromJson(json, given) {
    factsOf(given)
    return structure.fromJson(json)
  },
}

/** What a flat bitmap is made for. */
export interface FlatTarget {
  /** Who will read it; default `dma-logging`. Its size rule counts. */
  readonly source?: BitmapSourceName
  readonly wordOrder?: ByteOrder
}

/** Raw bits; pages of 4 KiB from address 0 on, little-endian words, unless said. */
export const flatForm: SingleBitmapForm<FlatBitmap, FlatTarget> = singleForm({
  format: dirtyBitmapFormat,
  toDirtyBitmap: ({ bitmap }, given?: GivenGeometry): DirtyBitmap =>
    bitmapFromWords(bitmap, geometryOf(given, 4096), given?.wordOrder),
  fromDirtyBitmap: (bitmap, { source = 'dma-logging', wordOrder }: FlatTarget = {}) => ({
    bitmap: wordsOfBitmap(bitmap, sizeBy(BITMAP_SOURCES[source].usual, bitmap.length), wordOrder),
  }),
})
