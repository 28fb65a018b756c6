import { DecodeError } from '../../findings/index.ts'
import { DEFAULT_MAX_BYTES } from '../../layout/index.ts'
import { type BitmapOptions, DirtyBitmap } from '../bitmap.ts'
import { MOST_PAGES } from '../geometry.ts'
import type { Filled } from '../segment.ts'

/** Bytes of the greatest length, 7 bits in each. */
const LONGEST = 6
/** Runs that are fetched at a time. */
const STEP = 8192

/**
 * Lengths of runs, clean and dirty in turn, the first one clean (0 where page 0 is dirty), each as an unsigned LEB128 number;
 * clean pages behind the last dirty one are not written. Proposed: the published forms of run lengths are all bound to one
 * file format.
 *
 * @param most bytes that are worth having; undefined where it would be more
 */
export function encodeRunLengths(bitmap: DirtyBitmap): Uint8Array
export function encodeRunLengths(bitmap: DirtyBitmap, most: number): Uint8Array | undefined
export function encodeRunLengths(bitmap: DirtyBitmap, most = Number.POSITIVE_INFINITY): Uint8Array | undefined {
  const runs = new Float64Array(2 * STEP)
  let bytes = new Uint8Array(1024)
  let [size, end] = [0, 0]
  for (let from: number | undefined = 0; from !== undefined; ) {
    const { count, next }: Filled = bitmap.ranges(runs, from)
    if (size + 2 * LONGEST * count > bytes.length) {
      const larger = new Uint8Array(2 * (bytes.length + 2 * LONGEST * count))
      larger.set(bytes)
      bytes = larger
    }
    for (let at = 0; at < 2 * count; at += 2) {
      const [first, length] = [runs[at] as number, runs[at + 1] as number]
      size = putLength(bytes, size, first - end)
      size = putLength(bytes, size, length)
      end = first + length
    }
    if (size > most) return undefined
    from = next
  }
  return bytes.slice(0, size)
}

/**
 * A bitmap from run lengths. Pages of `length` and more are left out; without a length it ends behind its last page.
 *
 * @throws BitmapError for pages so far apart that they need more than `maxBytes` (default 256 MiB)
 * @throws DecodeError for a number that is cut or too great
 */
export function decodeRunLengths(bytes: Uint8Array, options: BitmapOptions): DirtyBitmap {
  const pages = eachRun(bytes, () => {})
  const length = options.length ?? pages
  const bitmap = DirtyBitmap.clean({ maxBytes: DEFAULT_MAX_BYTES, ...options, length })
  eachRun(bytes, (first, count) => {
    if (first < length) bitmap.add(first, Math.min(count, length - first))
  })
  return bitmap
}

/** Number of pages up to the last dirty one, without a bitmap being made; 0 where none is dirty. @throws DecodeError */
export function runLengthsEnd(bytes: Uint8Array): number {
  let end = 0
  eachRun(bytes, (first, count) => {
    end = first + count
  })
  return end
}

/** Tells the runs of dirty pages; gives how many pages there are. @throws DecodeError */
function eachRun(bytes: Uint8Array, take: (first: number, count: number) => void): number {
  let [page, isDirty] = [0, false]
  for (let at = 0; at < bytes.length; isDirty = !isDirty) {
    const { length, next } = takeLength(bytes, at)
    if (page + length > MOST_PAGES) throw damaged(at, 'at most 2^40 pages in all', `${page + length}`)
    if (isDirty && length > 0) take(page, length)
    page += length
    at = next
  }
  return page
}

function putLength(bytes: Uint8Array, at: number, length: number): number {
  let [left, next] = [length, at]
  while (left >= 0x80) {
    bytes[next++] = (left % 0x80) | 0x80
    left = Math.floor(left / 0x80)
  }
  bytes[next] = left
  return next + 1
}

function takeLength(bytes: Uint8Array, at: number): { length: number; next: number } {
  let [length, scale] = [0, 1]
  for (let next = at; next < bytes.length; next++) {
    const byte = bytes[next] as number
    length += (byte & 0x7f) * scale
    scale *= 0x80
    if (byte < 0x80) return { length, next: next + 1 }
    if (next - at + 1 === LONGEST) throw damaged(at, `a number of at most ${LONGEST} bytes`, 'one that goes on')
  }
  throw damaged(at, 'the last byte of a number', 'the end of the input', true)
}

function damaged(offset: number, expected: string, found: string, needsMore = false): DecodeError {
  return new DecodeError({ code: 'dirty-bitmap/run-lengths-damaged', path: [], offset, expected, found, needsMore })
}
