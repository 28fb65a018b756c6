/** Pages of which a chunk says whether they were sent. */
const PAGES = 1024
/** Chunks that are kept: those of 1 TiB of guest memory in pages of 4 KiB. */
const MOST = 2 ** 18

/** Which pages of a block were sent already. Memory follows the pages, up to about 60 MB. */
export class SentPages {
  readonly #chunks = new Map<number, Uint32Array>()
  #last = -1
  #words: Uint32Array | undefined
  #count = 0

  /** Pages that were sent at least once. */
  get count(): number {
    return this.#count
  }

  /** Notes a page. @returns whether it was sent before; undefined where nobody keeps that */
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

  #chunk(number: number): Uint32Array | undefined {
    if (number === this.#last) return this.#words
    let words = this.#chunks.get(number)
    if (words === undefined) {
      if (this.#chunks.size === MOST) return undefined
      words = new Uint32Array(PAGES / 32)
      this.#chunks.set(number, words)
    }
    this.#last = number
    this.#words = words
    return words
  }
}
