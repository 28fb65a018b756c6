import type { DirtyBitmap } from './bitmap.ts'

/** Most cells unless said: enough for any picture, few enough to count in no time. */
const MOST_CELLS = 2 ** 16

/**
 * Dirty pages of equal stretches, cells, of a bitmap that comes in pieces. Cells double their pages as the bitmap grows,
 * so that memory is bounded whatever its length. Several bitmaps can be laid on each other.
 */
export class DensityGrid {
  /** Pages of a cell, a power of two. */
  cellPages = 1
  /** Pages from the first to behind the last that was added. */
  length = 0
  readonly #counts: Float64Array

  constructor(mostCells = MOST_CELLS) {
    this.#counts = new Float64Array(mostCells)
  }

  /** Adds the first `count` pages of a piece, which are the pages from `first` on. */
  add(piece: DirtyBitmap, first: number, count: number): void {
    this.#reach(first + count)
    for (let at = nextDirty(piece, 0, count); at < count; ) {
      const cell = Math.floor((first + at) / this.cellPages)
      const end = Math.min(count, (cell + 1) * this.cellPages - first)
      this.#counts[cell] = (this.#counts[cell] as number) + piece.count(at, end)
      at = nextDirty(piece, end, count)
    }
  }

  /** Dirty pages of each stretch of `pages` pages, a multiple of the pages of a cell. */
  counts(pages: number): Float64Array {
    const cells = pages / this.cellPages
    const sums = new Float64Array(Math.ceil(this.length / pages))
    for (let cell = 0; cell < Math.ceil(this.length / this.cellPages); cell++) {
      const at = Math.floor(cell / cells)
      sums[at] = (sums[at] as number) + (this.#counts[cell] as number)
    }
    return sums
  }

  /** The smallest power of two of pages with which there are at most `most` stretches. */
  pagesFor(most: number): number {
    let pages = this.cellPages
    while (this.length / pages > most) pages *= 2
    return pages
  }

  #reach(length: number): void {
    this.length = Math.max(this.length, length)
    const counts = this.#counts
    while (this.length / this.cellPages > counts.length) {
      for (let at = 0; 2 * at < counts.length; at++) {
        counts[at] = (counts[2 * at] as number) + (counts[2 * at + 1] ?? 0)
      }
      counts.fill(0, counts.length / 2)
      this.cellPages *= 2
    }
  }
}

function nextDirty(piece: DirtyBitmap, from: number, count: number): number {
  return from >= count ? count : (piece.nextDirty(from) ?? count)
}
