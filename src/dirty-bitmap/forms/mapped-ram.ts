import { DecodeError, defineCodes, type Path } from '../../findings/index.ts'
import * as generated from '../../generated/dirty-bitmap/forms/mapped-ram.js'
import { codec, structureFormat, type Value } from '../../layout/index.ts'
import type { DirtyBitmap } from '../bitmap.ts'
import { type GivenGeometry, geometryOf } from './form.ts'
import { MAPPED_RAM_ALIGNMENT, mappedRamHeader } from './mapped-ram.layout.ts'
import { bitmapFromWords, wordBytes } from './words.ts'

export type MappedRamHeader = Value<typeof mappedRamHeader>

export const mappedRamHeaderCodec = codec(mappedRamHeader, generated.mappedRamHeader)

const SOURCE = 'QEMU migration/ram.c mapped_ram_read_header, parse_ramblock_mapped_ram'

export const mappedRamCodes = defineCodes({
  'dirty-bitmap/mapped-ram-version': {
    severity: 'error',
    title: 'the header of a mapped-ram block has an unknown version',
    explanation: 'There is only version 1; QEMU refuses every newer one.',
    source: SOURCE,
  },
  'dirty-bitmap/mapped-ram-page-size': {
    severity: 'error',
    title: 'the page size of a mapped-ram block is none',
    explanation: 'It is a power of two, and QEMU compares it with that of the target.',
    source: SOURCE,
  },
  'dirty-bitmap/mapped-ram-pages': {
    severity: 'error',
    title: 'the pages of a mapped-ram block do not start at a page',
    explanation: 'QEMU refuses the file: it reads pages straight into guest memory.',
    source: SOURCE,
  },
  'dirty-bitmap/mapped-ram-alignment': {
    severity: 'info',
    title: 'the pages of a mapped-ram block do not start at 1 MiB',
    explanation: 'QEMU writes them there, and reads them from any page. Somebody else has written this file.',
    source: SOURCE,
  },
  'dirty-bitmap/mapped-ram-overlap': {
    severity: 'error',
    title: 'bitmap and pages of a mapped-ram block overlap',
    explanation: 'One of both offsets is wrong; pages would be read as bits, or bits as pages.',
    source: SOURCE,
  },
})

export const mappedRamHeaderFormat = structureFormat({
  codec: mappedRamHeaderCodec,
  codes: mappedRamCodes.entries,
  rule(value, report, locate, { pages = 0 }) {
    const say = (code: keyof typeof mappedRamCodes.entries, message: string, path: Path) =>
      report(mappedRamCodes.finding(code, message, { ...locate(path), path }))
    const { version, pageSize, bitmapOffset, pagesOffset } = value
    if (version !== 1) say('dirty-bitmap/mapped-ram-version', `The version is ${version}.`, ['version'])
    const isPower = pageSize > 0n && (pageSize & (pageSize - 1n)) === 0n
    const at = `The pages start at 0x${pagesOffset.toString(16)}`
    if (!isPower) say('dirty-bitmap/mapped-ram-page-size', `The page size is ${pageSize}.`, ['pageSize'])
    else if (pagesOffset % pageSize !== 0n) {
      say('dirty-bitmap/mapped-ram-pages', `${at}, not a multiple of ${pageSize}.`, ['pagesOffset'])
    } else if (pagesOffset % BigInt(MAPPED_RAM_ALIGNMENT) !== 0n) {
      say('dirty-bitmap/mapped-ram-alignment', `${at}, not a multiple of 1 MiB.`, ['pagesOffset'])
    }
    const end = bitmapOffset + BigInt(wordBytes(pages))
    if (end > pagesOffset || bitmapOffset === pagesOffset) {
      const message = `${at}, the bitmap ends at 0x${end.toString(16)}.`
      say('dirty-bitmap/mapped-ram-overlap', message, ['bitmapOffset'])
    }
  },
})

/**
 * The pages of a block that a mapped-ram file holds; the others are all zeros.
 *
 * @param file the whole file, or its beginning up to the end of the bitmap
 * @param pages target pages of the block: its used length divided by the page size
 * @throws DecodeError where the file ends before the bitmap does
 * @throws BitmapError for a page size that is none
 */
export function mappedRamBitmap(
  file: Uint8Array,
  { pageSize, bitmapOffset }: MappedRamHeader,
  pages: number,
  given?: Omit<GivenGeometry, 'length' | 'pageSize'>,
): DirtyBitmap {
  const end = bitmapOffset + BigInt(wordBytes(pages))
  if (end > BigInt(file.length)) {
    throw new DecodeError({
      code: 'layout/ended-early',
      path: ['bitmapOffset'],
      offset: file.length,
      expected: `${end} bytes, to the end of the bitmap`,
      found: `only ${file.length}`,
      needsMore: true,
    })
  }
  const bytes = file.subarray(Number(bitmapOffset), Number(end))
  return bitmapFromWords(bytes, { ...geometryOf(given, Number(pageSize)), length: pages }, given?.wordOrder)
}
