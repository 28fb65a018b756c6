/** Pages of one piece of a block: one bit for each. */
const PIECE = 1024
const PIECE_WORDS = PIECE / 32
/** Words of bits that are kept at most: 16 MiB, enough for 512 GiB of memory without gaps in pages of 4 KiB. */
const MOST_WORDS = 2 ** 22

class BlockPages {
  /** Where the bits of a piece are, by its number. */
  readonly pieces = new Map<number, number>()
  distinct = 0
}

/**
 * Which pages of which blocks have come. Bits are kept for the neighbourhood of pages that are there, so that memory follows
 * what came and not what blocks claim.
 */
export class SentPages<Name extends string | number = string> {
  /** Pages that had come before when they came. */
  again = 0
  /** Whether bits ran out: pages that came later are not all known. */
  isFull = false
  #bits = new Uint32Array(PIECE_WORDS * 64)
  #used = 0
  readonly #blocks = new Map<Name, BlockPages>()
  // Where the page before was: the next one is mostly beside it.
  #name: Name | undefined
  #block = new BlockPages()
  #number = -1
  #start = 0

  /** Different pages of a block that came. */
  distinct(block: Name): number {
    return this.#blocks.get(block)?.distinct ?? 0
  }

  /** A page came. @returns whether it came before; undefined where that is not known */
  add(name: Name, page: number): boolean | undefined {
    const number = Math.floor(page / PIECE)
    if ((number !== this.#number || name !== this.#name) && !this.#go(name, number)) return undefined
    return this.#mark(page, 1 << (page & 31)) === 1
  }

  /** Pages came one after another. */
  addRun(name: Name, first: number, count: number): void {
    const end = first + count
    for (let page = first; page < end; ) {
      const number = Math.floor(page / PIECE)
      const stop = Math.min(end, (number + 1) * PIECE)
      const isKnown = (number === this.#number && name === this.#name) || this.#go(name, number)
      while (isKnown && page < stop) {
        const from = page & 31
        const bits = Math.min(32 - from, stop - page)
        this.#mark(page, bits === 32 ? -1 : ((1 << bits) - 1) << from)
        page += bits
      }
      page = stop
    }
  }

  /** Forgets them all. */
  clear(): void {
    this.#bits.fill(0, 0, this.#used)
    this.#used = 0
    this.#blocks.clear()
    this.#name = undefined
    this.again = 0
    this.isFull = false
  }

  /** Marks pages that have their bits in one word. @returns how many were marked before */
  #mark(page: number, mask: number): number {
    const at = this.#start + ((page & (PIECE - 1)) >>> 5)
    const word = this.#bits[at] as number
    const before = (word & mask) === 0 ? 0 : bitCount(word & mask)
    this.#bits[at] = word | mask
    this.again += before
    this.#block.distinct += bitCount(mask) - before
    return before
  }

  /** Goes to a piece of a block; false where there is no room for it. */
  #go(name: Name, number: number): boolean {
    let block = this.#blocks.get(name)
    let start = block?.pieces.get(number)
    if (block === undefined || start === undefined) {
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
      this.#used += PIECE_WORDS
      if (block === undefined) {
        block = new BlockPages()
        this.#blocks.set(name, block)
      }
      block.pieces.set(number, start)
    }
    this.#name = name
    this.#block = block
    this.#number = number
    this.#start = start
    return true
  }
}

function bitCount(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555)
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
