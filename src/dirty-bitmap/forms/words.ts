import { type ByteOrder, toView } from '../../layout/index.ts'
import { type BitmapOptions, DirtyBitmap } from '../bitmap.ts'

/** Bytes of a host word: bitmaps of the kernel are arrays of them. */
export const WORD = 8
const WORD_PAGES = 8 * WORD

/** Whole 64-bit words that hold a bit for each page, in bytes. */
export function wordBytes(pages: number): number {
  return WORD * Math.ceil(pages / WORD_PAGES)
}

/**
 * A bitmap from memory of a host. Its words are arrays of bits, the lowest first; a big-endian host has the bytes of
 * each word the other way round. Bytes that are missing at the end are clean pages.
 */
export function bitmapFromWords(bytes: Uint8Array, options: BitmapOptions, order: ByteOrder = 'little'): DirtyBitmap {
  if (order === 'little') return DirtyBitmap.fromBytes(bytes, options)
  const length = options.length ?? WORD_PAGES * Math.ceil(bytes.length / WORD)
  const bitmap = DirtyBitmap.clean({ ...options, length })
  const known = Math.min(length, WORD_PAGES * Math.ceil(bytes.length / WORD))
  return bitmap.fill((target, offset) => swapWords(bytes.subarray(offset), target), 0, known)
}

/** The words of a bitmap in `size` bytes, as a host has them in memory. */
export function wordsOfBitmap(bitmap: DirtyBitmap, size: number, order: ByteOrder = 'little'): Uint8Array {
  const bits = bitmap.toBytes()
  const bytes = new Uint8Array(size)
  if (order === 'little') bytes.set(bits.subarray(0, size))
  else swapWords(bits, bytes)
  return bytes
}

/** Writes the bytes of each word in reverse; either run may end inside a word. */
function swapWords(source: Uint8Array, target: Uint8Array): void {
  const [from, to] = [toView(source), toView(target)]
  const whole = Math.min(source.length, target.length) & -WORD
  for (let at = 0; at < whole; at += WORD) {
    const [low, high] = [from.getUint32(at, true), from.getUint32(at + 4, true)]
    to.setUint32(at, high, false)
    to.setUint32(at + 4, low, false)
  }
  for (let at = whole; at < Math.min(target.length, whole + WORD); at++) {
    target[at] = source[whole + WORD - 1 - (at - whole)] ?? 0
  }
}
