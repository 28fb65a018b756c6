import type { PageHash } from './page-hash.ts'

/** Slots at first, and four numbers a hash. */
const FIRST = 64
const WORDS = 4

/** Hashes of pages by number: about 40 bytes for each page that is there, whatever their numbers are. */
export class PageTable {
  #slots = FIRST
  #size = 0
  /** Number of the page plus one; 0 where the slot is free. */
  #keys = new Float64Array(FIRST)
  #hashes = new Uint32Array(WORDS * FIRST)
  #eras = new Uint32Array(FIRST)

  get size(): number {
    return this.#size
  }

  /** Takes the content of a page in place of what it had. @param era runs of pages that came before */
  set(page: number, hash: PageHash, era: number): void {
    if (3 * this.#size >= 2 * this.#slots) this.#grow()
    const slot = this.#slotOf(page)
    if (this.#keys[slot] === 0) this.#size += 1
    this.#keys[slot] = page + 1
    this.#hashes.set(hash, WORDS * slot)
    this.#eras[slot] = era
  }

  /** The pages in order. */
  *entries(): Generator<{ readonly page: number; readonly hash: PageHash; readonly era: number }> {
    const keys = this.#keys.filter((key) => key !== 0).sort()
    for (const key of keys) {
      const slot = this.#slotOf(key - 1)
      const [a, b, c, d] = this.#hashes.subarray(WORDS * slot, WORDS * (slot + 1))
      yield { page: key - 1, hash: [a, b, c, d] as unknown as PageHash, era: this.#eras[slot] as number }
    }
  }

  /** The slot of a page, or the free one where it belongs. */
  #slotOf(page: number): number {
    const high = Math.floor(page / 2 ** 32)
    const mixed = Math.imul((page ^ Math.imul(high, 0x85ebca6b)) >>> 0, 0x9e3779b1) >>> 0
    let slot = (mixed ^ (mixed >>> 15)) & (this.#slots - 1)
    while (this.#keys[slot] !== 0 && this.#keys[slot] !== page + 1) slot = (slot + 1) & (this.#slots - 1)
    return slot
  }

  #grow(): void {
    const [keys, hashes, eras] = [this.#keys, this.#hashes, this.#eras]
    this.#slots *= 2
    this.#keys = new Float64Array(this.#slots)
    this.#hashes = new Uint32Array(WORDS * this.#slots)
    this.#eras = new Uint32Array(this.#slots)
    for (const [from, key] of keys.entries()) {
      if (key === 0) continue
      const slot = this.#slotOf(key - 1)
      this.#keys[slot] = key
      this.#hashes.set(hashes.subarray(WORDS * from, WORDS * (from + 1)), WORDS * slot)
      this.#eras[slot] = eras[from] as number
    }
  }
}
