import {
  BitmapError,
  type BitmapForm,
  DirtyBitmap,
  decodeRoaring,
  decodeRunLengths,
  findBitmapForm,
} from '../../dirty-bitmap/index.ts'
import { DecodeError } from '../../findings/index.ts'
import type { KeptPart } from './kept-part.ts'

/** Most bytes that a bitmap of a side may have in memory. */
const MOST_BYTES = 2 ** 26

/** A run of pages that are dirty on one side alone. */
export interface PageSpan {
  readonly first: number
  readonly count: number
  readonly in: 'a' | 'b'
}

/** Pages that are in one bitmap alone, in order; undefined where one of them cannot be read as a set of pages. */
export function compareBitmaps(a: KeptPart, b: KeptPart): PageSpan[] | undefined {
  const [mine, other] = [bitmapOf(a), bitmapOf(b)]
  try {
    if (mine === undefined || other === undefined || mine.pageSize !== other.pageSize || mine.base !== other.base) {
      return undefined
    }
    const length = Math.max(mine.length, other.length)
    const [left, right] = [mine, other].map((bitmap) =>
      bitmap.length === length ? bitmap.clone() : grown(bitmap, length),
    )
    const both = (left as DirtyBitmap).clone().and(right as DirtyBitmap)
    const spans = [
      ...spansOf((left as DirtyBitmap).andNot(both), 'a'),
      ...spansOf((right as DirtyBitmap).andNot(both), 'b'),
    ]
    for (const bitmap of [left, right, both]) bitmap?.dispose()
    return spans.sort((x, y) => x.first - y.first)
  } catch (error) {
    if (error instanceof BitmapError) return undefined
    throw error
  } finally {
    mine?.dispose()
    other?.dispose()
  }
}

function grown(bitmap: DirtyBitmap, length: number): DirtyBitmap {
  const { pageSize, base } = bitmap
  return DirtyBitmap.fromRanges(bitmap.eachRange(), { pageSize, base, length, maxBytes: MOST_BYTES })
}

const spansOf = (bitmap: DirtyBitmap, side: 'a' | 'b') =>
  Array.from(bitmap.eachRange(), ([first, count]): PageSpan => ({ first, count, in: side }))

function bitmapOf({ content, bytes }: KeptPart): DirtyBitmap | undefined {
  if (content.kind !== 'bitmap' || bytes === undefined) return undefined
  const { encoding, base, pages, pageSize } = content
  const options = { base, pageSize, length: Number(pages), maxBytes: MOST_BYTES }
  try {
    if (encoding === 'raw') {
      // Bits behind the last page are of no page; a set cannot tell them.
      const isPlain = bytes.length <= Math.ceil(options.length / 64) * 8
      return isPlain ? DirtyBitmap.fromBytes(bytes, options) : undefined
    }
    if (encoding === 'roaring' || encoding === 'roaring-64') {
      return decodeRoaring(bytes, { ...options, wide: encoding === 'roaring-64' })
    }
    if (encoding === 'run-lengths') return decodeRunLengths(bytes, options)
    const form = findBitmapForm(encoding) as BitmapForm | undefined
    const found = form?.toDirtyBitmaps(form.format.decode(bytes), { base, pageSize, length: options.length })
    return found?.length === 1 ? found[0]?.bitmap : undefined
  } catch (error) {
    if (error instanceof BitmapError || error instanceof DecodeError) return undefined
    throw error
  }
}
