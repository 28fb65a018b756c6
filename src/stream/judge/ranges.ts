interface Range {
  readonly start: bigint
  /** First address behind it. */
  readonly end: bigint
}

/** Addresses that any of several ranges holds. */
export class AddressRanges {
  /** In order, none touches another. */
  readonly #ranges: Range[] = []

  /** How many ranges are apart from each other. */
  get size(): number {
    return this.#ranges.length
  }

  add(start: bigint, end: bigint): void {
    if (end <= start) return
    const first = this.#firstThat((range) => range.end >= start)
    const behind = this.#firstThat((range) => range.start > end)
    const [before, after] = [this.#ranges[first], this.#ranges[behind - 1]]
    const isApart = before === undefined || after === undefined || first >= behind
    const whole = isApart ? { start, end } : { start: least(before.start, start), end: most(after.end, end) }
    this.#ranges.splice(first, behind - first, whole)
  }

  /** Whether there is an address in a range that another range holds. */
  meets(start: bigint, end: bigint): boolean {
    const range = this.#ranges[this.#firstThat((one) => one.end > start)]
    return range !== undefined && range.start < end
  }

  has(address: bigint): boolean {
    const range = this.#ranges[this.#firstThat(({ end }) => end > address)]
    return range !== undefined && range.start <= address
  }

  /** Index of the first range that is so; all behind it are so, too. */
  #firstThat(isSo: (range: Range) => boolean): number {
    let [low, high] = [0, this.#ranges.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (isSo(this.#ranges[middle] as Range)) high = middle
      else low = middle + 1
    }
    return low
  }
}

const least = (a: bigint, b: bigint) => (a < b ? a : b)
const most = (a: bigint, b: bigint) => (a > b ? a : b)
