/** Pages of one piece of a block: one bit for each. */
const CHUNK = 1024
const CHUNK_WORDS = CHUNK / 32
/** Words of bits that are kept at most: 16 MiB, enough for 512 GiB of memory without gaps. */
const MOST_WORDS = 2 ** 22

class BlockPages {
  /** Where the bits of a piece are, by its number. */
  readonly chunks = new Map<number, number>()
  distinct = 0
}

/**
 * Which pages have come. Bits are kept for the neighbourhood of pages that are there, so that memory follows what came
 * and not what blocks claim.
 */
export class SentPages {
  /** Pages that had come before when they came. */
  again = 0
  /** Whether bits ran out: pages that came later are not all known. */
  isFull = false
  #bits = new Uint32Array(CHUNK_WORDS * 64)
  #used = 0
  readonly #blocks = new Map<string, BlockPages>()
  // Where the page before was: the next one is mostly beside it.
  #name: string | undefined
  #block: BlockPages | undefined
  #number = -1
  #start = 0

  /** Different pages of a block that came. */
  distinct(block: string): number {
    return this.#blocks.get(block)?.distinct ?? 0
  }

  /** A page came. True where it came before, undefined where that is not known. */
  add(name: string, page: number): boolean | undefined {
    const number = Math.floor(page / CHUNK)
    if ((number !== this.#number || name !== this.#name) && !this.#go(name, number)) return undefined
    const at = this.#start + ((page & (CHUNK - 1)) >>> 5)
    const bit = 1 << (page & 31)
    const word = this.#bits[at] as number
    if ((word & bit) !== 0) {
      this.again += 1
      return true
    }
    this.#bits[at] = word | bit
    if (this.#block !== undefined) this.#block.distinct += 1
    return false
  }

  /** Goes to a piece of a block; false where there is no room for it. */
  #go(name: string, number: number): boolean {
    let block = this.#blocks.get(name)
    let start = block?.chunks.get(number)
    if (start === undefined) {
      start = this.#used
      if (start === MOST_WORDS) {
        this.isFull = true
        this.#name = undefined
        return false
      }
      if (start === this.#bits.length) {
        const larger = new Uint32Array(start * 2)
        larger.set(this.#bits)
        this.#bits = larger
      }
      this.#used += CHUNK_WORDS
      if (block === undefined) {
        block = new BlockPages()
        this.#blocks.set(name, block)
      }
      block.chunks.set(number, start)
    }
    this.#name = name
    this.#block = block
    this.#number = number
    this.#start = start
    return true
  }
}
