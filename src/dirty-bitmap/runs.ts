import type { DirtyBitmap } from './bitmap.ts'
import type { Filled } from './segment.ts'

/** A run of dirty pages. */
export interface Run {
  readonly first: number
  readonly pages: number
}

/** Runs that one step hands on. */
const STEP = 8192

/** Gives the runs of dirty pages of a bitmap that comes in pieces; a run over the border of pieces is one. */
export class RunJoiner {
  readonly #read = new Uint32Array(2 * STEP)
  readonly #joined = new Float64Array(2 * STEP)
  /** The latest run, which may go on. */
  #first = 0
  #pages = 0

  /** The last run, which no piece can add to any more. */
  end(): Float64Array {
    const last = Float64Array.of(this.#first, this.#pages).subarray(0, this.#pages === 0 ? 0 : 2)
    this.#pages = 0
    return last
  }

  /**
   * Runs that are complete with this piece, as pairs of first page and number of pages. The array is good until the next
   * step.
   *
   * @param first page of the whole that is page 0 of the piece
   */
  *add(piece: DirtyBitmap, first: number): Generator<Float64Array> {
    for (let from: number | undefined = 0; from !== undefined; ) {
      const { count, next }: Filled = piece.ranges(this.#read, from)
      if (count > 0) yield this.#join(count, first)
      from = next
    }
  }

  #join(count: number, offset: number): Float64Array {
    const [read, joined] = [this.#read, this.#joined]
    let filled = 0
    for (let at = 0; at < 2 * count; at += 2) {
      const first = (read[at] as number) + offset
      const pages = read[at + 1] as number
      if (this.#pages > 0 && this.#first + this.#pages === first) {
        this.#pages += pages
        continue
      }
      if (this.#pages > 0) {
        joined[filled++] = this.#first
        joined[filled++] = this.#pages
      }
      this.#first = first
      this.#pages = pages
    }
    return joined.subarray(0, filled)
  }
}

/** What runs of dirty pages are like. */
export class RunStatistics {
  /** Number of runs. */
  count = 0
  /** Pages of all runs. */
  pages = 0
  /** Runs by length: element n counts those of 2^n to below 2^(n+1) pages. */
  readonly byLength: number[] = []
  readonly #longest: Run[] = []
  readonly #keep: number

  /** @param keep how many of the longest runs are kept */
  constructor(keep: number) {
    this.#keep = keep
  }

  /** @param runs pairs of first page and number of pages */
  add(runs: Float64Array): void {
    for (let at = 0; at < runs.length; at += 2) {
      const pages = runs[at + 1] as number
      this.count += 1
      this.pages += pages
      const power = pages < 2 ** 31 ? 31 - Math.clz32(pages) : Math.floor(Math.log2(pages))
      this.byLength[power] = (this.byLength[power] ?? 0) + 1
      if (pages > this.#leastKept) this.#insert({ first: runs[at] as number, pages })
    }
  }

  /** The longest runs, longest first; of equal ones those of lower pages. */
  get longest(): readonly Run[] {
    return this.#longest
  }

  get #leastKept(): number {
    const longest = this.#longest
    if (longest.length < this.#keep) return 0
    return longest.at(-1)?.pages ?? Number.POSITIVE_INFINITY
  }

  #insert(run: Run): void {
    const at = this.#longest.findIndex(({ pages }) => pages < run.pages)
    this.#longest.splice(at === -1 ? this.#longest.length : at, 0, run)
    this.#longest.length = Math.min(this.#longest.length, this.#keep)
  }
}
