import { defineCodes, type Finding } from '../findings/index.ts'
import * as generated from '../generated/vfio/dirty-bitmap-query.js'
import { codec, structureFormat, type Value } from '../layout/index.ts'
import { iommuGetDirtyBitmap, pciGetDirtyBitmap } from './dirty-bitmap-query.layout.ts'
import { ADDRESS_SPACE, bitmapBytes } from './pages.ts'

export type PciGetDirtyBitmap = Value<typeof pciGetDirtyBitmap>
export type IommuGetDirtyBitmap = Value<typeof iommuGetDirtyBitmap>

export const pciGetDirtyBitmapCodec = codec(pciGetDirtyBitmap, generated.pciGetDirtyBitmap)
export const iommuGetDirtyBitmapCodec = codec(iommuGetDirtyBitmap, generated.iommuGetDirtyBitmap)

const SOURCE = iommuGetDirtyBitmap.facts.source

export const dirtyBitmapQueryCodes = defineCodes({
  'vfio/dirty-bitmap-too-small': {
    severity: 'error',
    title: 'the dirty bitmap has no room for its pages',
    explanation:
      'There is no size field: the kernel trusts the number of pages and writes behind the buffer. Pages without a bit would not be sent.',
    source: SOURCE,
  },
  'vfio/dirty-bitmap-size': {
    severity: 'info',
    title: 'the dirty bitmap does not have the size that QEMU gives it',
    explanation:
      'QEMU of 2017-18 always allocates one 64-bit word more than the pages need: (ceil(pages / 64) + 1) * 8 bytes. Another user made this one, or it was cut.',
    source: SOURCE,
  },
  'vfio/dirty-bitmap-beyond': {
    severity: 'warning',
    title: 'bits are set for pages that were not asked for',
    explanation:
      'They stand for no page of the range; the spare word was not cleared, or the number of pages is wrong.',
    source: SOURCE,
  },
  'vfio/dirty-bitmap-range': {
    severity: 'error',
    title: 'the range of a dirty-bitmap query leaves the address space',
    explanation: 'The last page lies above 2^64: start or number of pages is damaged.',
    source: SOURCE,
  },
  'vfio/dirty-bitmap-misaligned': {
    severity: 'warning',
    title: 'a dirty-bitmap query does not start at a page',
    explanation: 'Pages have 4 KiB; bits would stand for parts of two pages.',
    source: SOURCE,
  },
})

/** In bytes: QEMU allocates one more than the pages need. */
const SPARE_WORD = 8n
const PAGE = 4096n

/**
 * Bytes of the bitmap that QEMU of 2017-18 allocates for so many pages: always one spare word, so 16 for 1 or 64 pages
 * and 24 for 65.
 */
export function queryBitmapBytes(pages: number | bigint): bigint {
  return bitmapBytes(BigInt(pages)) + SPARE_WORD
}

interface Query {
  readonly startAddr: bigint
  readonly pageNr: bigint
  readonly dirtyBitmap: Uint8Array
}

type Code = keyof typeof dirtyBitmapQueryCodes.entries

/** Where the bitmap starts, and its path. */
const BITMAP_AT = 16

function judge(
  { startAddr, pageNr, dirtyBitmap }: Query,
  spareWord: boolean,
  report: (finding: Finding) => void,
): void {
  const say = (code: Code, message: string, name: string, offset: number, length: number) =>
    report(dirtyBitmapQueryCodes.finding(code, message, { offset, length, path: [name] }))
  const size = BigInt(dirtyBitmap.length)
  const needed = (pageNr + 7n) / 8n
  const usual = queryBitmapBytes(pageNr)
  const bitmap = ['dirtyBitmap', BITMAP_AT, dirtyBitmap.length] as const
  if (size < needed) {
    const message = `${pageNr} pages need ${needed} bytes; the bitmap has ${size}.`
    say('vfio/dirty-bitmap-too-small', message, ...bitmap)
  } else if (spareWord && size !== usual) {
    say('vfio/dirty-bitmap-size', `For ${pageNr} pages QEMU allocates ${usual} bytes; there are ${size}.`, ...bitmap)
  }
  const beyond = size > needed || pageNr % 8n !== 0n ? bitsBeyond(dirtyBitmap, pageNr) : 0
  if (beyond > 0) {
    say('vfio/dirty-bitmap-beyond', `${beyond} bytes have bits for pages from ${pageNr} on.`, ...bitmap)
  }
  if (startAddr + pageNr * PAGE > ADDRESS_SPACE) {
    const message = `${pageNr} pages from 0x${startAddr.toString(16)} on end above 2^64.`
    say('vfio/dirty-bitmap-range', message, 'pageNr', 8, 8)
  }
  if (startAddr % PAGE !== 0n) {
    say('vfio/dirty-bitmap-misaligned', `The start is 0x${startAddr.toString(16)}.`, 'startAddr', 0, 8)
  }
}

/** Bytes with a bit for a page from `pages` on. */
function bitsBeyond(bitmap: Uint8Array, pages: bigint): number {
  if (pages >= BigInt(bitmap.length) * 8n) return 0
  const from = Number(pages / 8n)
  let count = 0
  for (let at = from; at < bitmap.length; at++) {
    const byte = bitmap[at] as number
    if ((at === from ? byte >>> Number(pages % 8n) : byte) !== 0) count += 1
  }
  return count
}

const codes = dirtyBitmapQueryCodes.entries

export const pciGetDirtyBitmapFormat = structureFormat({
  codec: pciGetDirtyBitmapCodec,
  codes,
  rule: (value, report) => judge(value, false, report),
})

export const iommuGetDirtyBitmapFormat = structureFormat({
  codec: iommuGetDirtyBitmapCodec,
  codes,
  rule: (value, report) => judge(value, true, report),
})
