/** Numbers below 2^40, few or many: memory and work follow those that are there, not how far they lie apart. */
export class SparseNumbers {
  /** Of each level the words of 32 bits that are not zero; a bit of the next level stands for such a word. */
  readonly #levels: readonly Map<number, number>[] = Array.from({ length: 8 }, () => new Map())
  #size = 0

  get size(): number {
    return this.#size
  }

  add(number: number): void {
    let at = number
    for (const words of this.#levels) {
      const word = Math.floor(at / 32)
      const before = words.get(word) ?? 0
      const after = before | (1 << (at % 32))
      if (after === before) return
      words.set(word, after)
      if (words === this.#levels[0]) this.#size += 1
      if (before !== 0) return
      at = word
    }
  }

  delete(number: number): void {
    let at = number
    for (const words of this.#levels) {
      const word = Math.floor(at / 32)
      const before = words.get(word) ?? 0
      const after = before & ~(1 << (at % 32))
      if (after === before) return
      if (words === this.#levels[0]) this.#size -= 1
      if (after !== 0) {
        words.set(word, after)
        return
      }
      words.delete(word)
      at = word
    }
  }

  /** The least number from one on; undefined where there is none. */
  next(from: number): number | undefined {
    let at = from
    for (let level = 0; level < this.#levels.length; level++) {
      const word = Math.floor(at / 32)
      const bits = (this.#levels[level]?.get(word) ?? 0) & (-1 << (at % 32))
      if (bits !== 0) return this.#least(level, word * 32 + lowest(bits))
      at = word + 1
    }
    return undefined
  }

  /** The least number below a bit of a level. */
  #least(level: number, bit: number): number {
    let at = bit
    for (let below = level - 1; below >= 0; below--) at = at * 32 + lowest(this.#levels[below]?.get(at) ?? 0)
    return at
  }
}

/** Index of the lowest bit of a word that is not zero. */
const lowest = (bits: number) => 31 - Math.clz32(bits & -bits)
