import { SentPages } from '../ram/sent-pages.ts'

/** Pages of one round: those between two synchronisations of all channels, which come in no order. */
export class RoundPages {
  readonly #all = new SentPages()
  readonly #own = new SentPages()

  /** A page of the channel at hand. @returns whether another channel has it, too */
  add(block: string, page: number): boolean {
    // What one channel sends twice comes in order.
    if (this.#own.add(block, page) !== false) return false
    return this.#all.add(block, page) === true
  }

  /** What follows is of another channel. */
  nextChannel(): void {
    this.#own.clear()
  }

  /** The next round begins. */
  clear(): void {
    this.nextChannel()
    this.#all.clear()
  }
}
