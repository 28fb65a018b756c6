import type { PageKind } from './blocks.ts'
import { Counts, type PageCounts } from './counts.ts'
import { SentPages } from './sent-pages.ts'

/** What was sent in one pass over the blocks. */
export interface PassStatistics extends PageCounts {
  /** Whether the guest had stopped: the pages are of the END section. */
  readonly isFinal: boolean
}

/** A page by the place of its block among the blocks and its number in the block. */
interface Place {
  readonly block: number
  readonly page: number
}

class Pass extends Counts {
  constructor(readonly isFinal: boolean) {
    super()
  }
}

/** More than any migration takes. */
const MOST = 4096

/**
 * Tells passes over guest memory apart. QEMU goes over the blocks in the order of their list, and over each from its first
 * page to its last, again and again. A pass ends where that starts over and then pages come that it had already; the next
 * one begins at the step back. A step back alone does not end a pass: threads that compress, postcopy and background
 * snapshots change the order of pages. The pages of the END section are a pass of their own.
 */
export class Passes {
  readonly #passes: Pass[] = []
  /** Pages of the pass that is under way, by the place of their block. */
  readonly #sent = new SentPages<number>()
  /** What came since the last step back; undefined where there was none in this pass. */
  #sinceBack: Counts | undefined
  #last: Place | undefined
  #count = 0
  #isFinal = false
  #isOver = true

  /** Those behind the first 4096 count with the last of them. */
  get all(): PassStatistics[] {
    return this.#passes.map((pass) => ({ isFinal: pass.isFinal, ...pass.now() }))
  }

  /** How many there were. */
  get count(): number {
    return this.#count
  }

  /** The next page begins a pass; `isFinal` where that is the last, which has all that comes. */
  begin(isFinal: boolean): void {
    this.#isOver = true
    this.#isFinal = isFinal
  }

  add({ block, page }: Place, kind: PageKind, bytes: number): void {
    const { block: lastBlock, page: lastPage } = this.#last ?? { block: 0, page: -1 }
    if (this.#isOver) this.#open()
    else if (block < lastBlock || (block === lastBlock && page <= lastPage)) this.#sinceBack = new Counts()
    this.#last = { block, page }
    const isRepeated = this.#sent.add(block, page) === true
    if (isRepeated && this.#sinceBack !== undefined && !this.#isFinal) {
      const since = this.#sinceBack
      this.#passes.at(-1)?.include(since, -1)
      this.#open()
      this.#passes.at(-1)?.include(since, 1)
      this.#sent.add(block, page)
    }
    this.#passes.at(-1)?.add(kind, bytes)
    this.#sinceBack?.add(kind, bytes)
  }

  #open(): void {
    this.#isOver = false
    this.#sinceBack = undefined
    this.#sent.clear()
    this.#count += 1
    if (this.#passes.length < MOST) this.#passes.push(new Pass(this.#isFinal))
  }
}
