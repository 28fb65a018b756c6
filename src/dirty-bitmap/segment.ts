/** Most pages of a segment: their numbers inside it fit 32 bits with room to spare, their bits take 32 MiB. */
export const SEGMENT_PAGES = 2 ** 28

export const OPERATIONS = ['or', 'and', 'andNot', 'xor'] as const
export type Operation = (typeof OPERATIONS)[number]

/** Typed arrays that page numbers are written to; numbers of 2^32 and more need the second. */
export type PageArray = Uint32Array | Float64Array

/** What a bulk call wrote: how many, and from which page on more may follow; undefined at the end. */
export interface Filled {
  readonly count: number
  readonly next: number | undefined
}

/**
 * The bits of a stretch of pages in one block of memory. Pages are numbered from 0 inside it. Bytes are as on the wire:
 * page n is bit n % 8 of byte n / 8.
 */
export interface Segment {
  readonly pages: number
  /**
   * Gives the bytes to a function that changes them. The view is only good during the call. Bits behind the last page are
   * cleared afterwards.
   */
  fill<R>(change: (bytes: Uint8Array) => R): R
  /** Gives the bytes to a function that only reads them, during the call. */
  read<R>(use: (bytes: Uint8Array) => R): R
  /** Takes bytes for the pages from `page` on, a multiple of 8; what lies behind the last page is left out. */
  load(bytes: Uint8Array, page: number): void
  /** Dirty pages from `from` to before `to`. */
  count(from: number, to: number): number
  set(from: number, to: number, dirty: boolean): void
  combine(operation: Operation, other: Segment): void
  equals(other: Segment): boolean
  /** Number of the next dirty page from `from` on; `pages` where there is none. */
  nextDirty(from: number): number
  /** Number of the next clean page from `from` on; `pages` where there is none. */
  nextClean(from: number): number
  /** Writes numbers of dirty pages, each plus `base`, from index `at` of the array on. */
  writePages(into: PageArray, at: number, from: number, base: number): Filled
  /** Writes first page (plus `base`) and count of runs of dirty pages, as pairs, from index `at` of the array on. */
  writeRanges(into: PageArray, at: number, from: number, base: number): Filled
  /** Takes `count` bits of another segment from bit `from` on as its first ones. */
  copy(source: Segment, from: number, count: number): void
  /** Gives the memory back; the segment must not be used any more. */
  release(): void
}

/** Makes segments of one kind. */
export interface Engine {
  readonly name: 'wasm' | 'typescript'
  /** An all-clean segment. @throws BitmapError `dirty-bitmap/out-of-memory` */
  allocate(pages: number): Segment
}
