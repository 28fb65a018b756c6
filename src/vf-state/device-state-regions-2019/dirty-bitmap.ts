/** Bytes that the bitmap of `pages` pages takes: whole 64-bit words. */
export function dirtyBitmapBytes(pages: number): number {
  return Math.ceil(pages / 64) * 8
}

/** Pages that one query can ask for, by the bytes of the bitmap region. */
export function dirtyBitmapPages(region: number): number {
  return Math.floor(region / 8) * 64
}

/** Whether page `page` of a query is dirty: bit `page` of the answer, lowest bit of the first byte first. */
export function isPageDirty(bitmap: Uint8Array, page: number): boolean {
  return (((bitmap[Math.floor(page / 8)] ?? 0) >> (page % 8)) & 1) === 1
}

/** Sizes of the regions that the GVT driver has. */
export const GVT_REGIONS = { config: 9 * 1024 * 1024, dirtyBitmap: 16384 } as const
