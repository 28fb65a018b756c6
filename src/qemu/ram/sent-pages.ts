/** Pages of which a chunk says whether they were sent. */
const PAGES = 1024
/** Chunks that are kept in all. */
const MOST = 2 ** 18

/** How many chunks of pages may still be kept: those of 1 TiB of memory in pages of 4 KiB, some 60 MB. */
export class ChunkBudget {
  left = MOST
}

/** Which pages of a block were sent. Memory follows the pages, up to a limit for all blocks together. */
export class SentPages {
  #chunks = new Map<number, Uint32Array>()
  #last = -1
  #words: Uint32Array | undefined
  #count = 0

  constructor(private readonly budget: ChunkBudget) {}

  /** Pages that are in it. */
  get count(): number {
    return this.#count
  }

  /** Adds a page. @returns whether it was there before; undefined where there is no room to tell */
  add(page: number): boolean | undefined {
    const words = this.#chunk(Math.floor(page / PAGES))
    if (words === undefined) return undefined
    const at = page % PAGES
    const bit = 1 << (at & 31)
    const word = words[at >>> 5] as number
    if ((word & bit) !== 0) return true
    words[at >>> 5] = word | bit
    this.#count += 1
    return false
  }

  clear(): void {
    this.budget.left += this.#chunks.size
    this.#chunks = new Map()
    this.#last = -1
    this.#words = undefined
    this.#count = 0
  }

  #chunk(number: number): Uint32Array | undefined {
    if (number === this.#last) return this.#words
    let words = this.#chunks.get(number)
    if (words === undefined) {
      if (this.budget.left === 0) return undefined
      this.budget.left -= 1
      words = new Uint32Array(PAGES / 32)
      this.#chunks.set(number, words)
    }
    this.#last = number
    this.#words = words
    return words
  }
}
