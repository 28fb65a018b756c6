import { BitmapError } from './errors.ts'

/** Most pages of a bitmap: 4 PiB of guest memory in pages of 4 KiB. */
export const MOST_PAGES = 2 ** 40

/** What a bitmap is about: bit n stands for the `pageSize` bytes at `base + n * pageSize`. */
export interface Geometry {
  /** Bytes of a page, a power of two. */
  readonly pageSize: number
  /** Address (IOVA or guest physical) of page 0. */
  readonly base: bigint
  /** Number of pages. */
  readonly length: number
}

const MOST_PAGE_SIZE = 2 ** 52

/** @throws BitmapError `dirty-bitmap/geometry` */
export function checkGeometry({ pageSize, base, length }: Geometry): Geometry {
  const wrong = (message: string) => new BitmapError('dirty-bitmap/geometry', message)
  const isPower = Number.isSafeInteger(pageSize) && pageSize > 0 && Number.isInteger(Math.log2(pageSize))
  if (!isPower || pageSize > MOST_PAGE_SIZE) {
    throw wrong(`The page size is ${pageSize}; it has to be a power of two up to 2^52.`)
  }
  if (!Number.isSafeInteger(length) || length < 0 || length > MOST_PAGES) {
    throw wrong(`There are ${length} pages; a bitmap has 0 to 2^40.`)
  }
  if (base < 0n || base + BigInt(length) * BigInt(pageSize) > 2n ** 64n) {
    throw wrong(`Page 0 is at 0x${base.toString(16)}; the pages have to lie in 64 bits of address.`)
  }
  return { pageSize, base, length }
}

/** @throws BitmapError `dirty-bitmap/different-geometry` */
export function checkSameGeometry(a: Geometry, b: Geometry): void {
  if (a.pageSize === b.pageSize && a.base === b.base && a.length === b.length) return
  const text = ({ pageSize, base, length }: Geometry) =>
    `${length} pages of ${pageSize} bytes from 0x${base.toString(16)}`
  throw new BitmapError(
    'dirty-bitmap/different-geometry',
    `One bitmap has ${text(a)}, the other ${text(b)}; bring them to one page size and range first (shiftPageSize, slice).`,
  )
}

/** @throws BitmapError `dirty-bitmap/outside` unless 0 <= from <= to <= length */
export function checkRange(from: number, to: number, length: number): void {
  if (Number.isInteger(from) && Number.isInteger(to) && 0 <= from && from <= to && to <= length) return
  throw new BitmapError('dirty-bitmap/outside', `Pages ${from} to ${to} are asked for; the bitmap has 0 to ${length}.`)
}
