import { hexOffset, type Path } from '../../findings/index.ts'
import type { Say } from '../../layout/index.ts'
import { ADDRESS_SPACE, bitmapBytes, isPowerOfTwo } from '../pages.ts'
import type { dmaCodes } from './codes.ts'

/** Receives what is wrong with the field at a path. */
export type SayDma = Say<keyof typeof dmaCodes.entries>

interface Bitmap {
  readonly pgsize: bigint
  readonly size: bigint
}

/** Largest bitmap that the kernel takes: 2^31 pages. */
const LARGEST_BITMAP = 0x10000000n

/** Fields that have to be multiples of the page size. */
export function judgeAligned(fields: Readonly<Record<string, bigint>>, page: bigint, below: Path, say: SayDma): void {
  for (const [name, value] of Object.entries(fields)) {
    if (page === 0n || value % page === 0n) continue
    say('vfio/dma-misaligned', `The field ${name} is ${hexOffset(value)}; pages have ${page} bytes.`, [...below, name])
  }
}

/** Addresses that a range of so many bytes starts at. */
export function judgeRange(starts: Readonly<Record<string, bigint>>, size: bigint, below: Path, say: SayDma): void {
  if (size === 0n) say('vfio/dma-empty', 'The size is 0.', [...below, 'size'])
  for (const [name, start] of Object.entries(starts)) {
    if (start + size <= ADDRESS_SPACE) continue
    say('vfio/dma-overflow', `${hexOffset(size)} bytes from ${hexOffset(start)} on end above 2^64.`, [...below, name])
  }
}

/** A bitmap for a range of so many bytes. */
export function judgeBitmap({ pgsize, size }: Bitmap, range: bigint, page: bigint, below: Path, say: SayDma): void {
  const isPower = isPowerOfTwo(pgsize)
  if (!isPower || (page !== 0n && pgsize !== page)) {
    const message = isPower ? `The page size is ${pgsize}, not ${page}.` : `The page size ${pgsize} is no power of two.`
    say('vfio/bitmap-page-size', message, [...below, 'pgsize'])
  }
  if (!isPower) return
  const pages = range / pgsize
  const least = bitmapBytes(pages)
  if (size >= least && size <= LARGEST_BITMAP && pages > 0n) return
  const wanted = `at least ${least} and at most ${LARGEST_BITMAP}`
  say('vfio/bitmap-size', `The bitmap of ${pages} pages has ${size} bytes; there are ${wanted}.`, [...below, 'size'])
}
