import { ChunkBudget, SentPages } from '../ram/sent-pages.ts'

/** Pages of one round: those between two synchronisations of all channels, which come in no order. */
export class RoundPages {
  readonly #budget = new ChunkBudget()
  readonly #all = new Map<string, SentPages>()
  readonly #own = new Map<string, SentPages>()

  /** A page of the channel at hand. @returns whether another channel has it, too */
  add(block: string, page: number): boolean {
    // What one channel sends twice comes in order.
    if (this.#pages(this.#own, block).add(page) !== false) return false
    return this.#pages(this.#all, block).add(page) === true
  }

  /** What follows is of another channel. */
  nextChannel(): void {
    for (const pages of this.#own.values()) pages.clear()
  }

  /** The next round begins. */
  clear(): void {
    this.nextChannel()
    for (const pages of this.#all.values()) pages.clear()
  }

  #pages(set: Map<string, SentPages>, block: string): SentPages {
    let pages = set.get(block)
    if (pages === undefined) {
      pages = new SentPages(this.#budget)
      set.set(block, pages)
    }
    return pages
  }
}
