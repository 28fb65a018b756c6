/** One behind the highest address of 64 bits: where a range ends at the latest. */
export const ADDRESS_SPACE = 1n << 64n

/** Whether a size can be that of a page. */
export function isPowerOfTwo(size: bigint): boolean {
  return size > 0n && (size & (size - 1n)) === 0n
}

/** Bytes of a dirty bitmap of so many pages: a bit for each, in words of 64. */
export function bitmapBytes(pages: bigint): bigint {
  return 8n * ((pages + 63n) / 64n)
}
