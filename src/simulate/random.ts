/** Random numbers from a seed, the same on every machine: sfc32 by Chris Doty-Humphrey, four words of state. */
export class Random {
  readonly #state = new Uint32Array(4)

  constructor(seed: number) {
    this.#state.set([seed, Math.floor(seed / 2 ** 32), 0x9e3779b9, 1])
    for (let warmUp = 0; warmUp < 12; warmUp++) this.word()
  }

  /** 32 bits. */
  word(): number {
    const [a = 0, b = 0, c = 0, counter = 0] = this.#state
    const sum = (a + b + counter) >>> 0
    this.#state.set([b ^ (b >>> 9), c + (c << 3), ((c << 21) | (c >>> 11)) + sum, counter + 1])
    return sum
  }

  /** A whole number from 0 to `limit` - 1. */
  below(limit: number): number {
    return Math.floor((this.word() / 2 ** 32) * limit)
  }

  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1)
  }

  /** True in `share` of the cases, 0 to 1. */
  chance(share: number): boolean {
    return this.word() < share * 2 ** 32
  }

  bytes(length: number): Uint8Array {
    const words = new Uint32Array(Math.ceil(length / 4))
    for (let at = 0; at < words.length; at++) words[at] = this.word()
    return new Uint8Array(words.buffer, 0, length)
  }
}
