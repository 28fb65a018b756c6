import type { Teller } from '../teller.ts'
import type { PageKind } from './blocks.ts'

/** Tells records of pages that follow one another, of one block and kind, as one run. */
export class ToldRun {
  /** Where bytes that were taken and not told begin. */
  #from = 0
  #run: { readonly block: string; readonly kind: PageKind; next: number; pages: number } | undefined

  /** @param index gives the place of the next part of the body */
  constructor(
    private readonly teller: Teller,
    private readonly index: () => number,
  ) {}

  /** Records of pages that follow one another are taken next: goes on with the open run, or begins another. */
  add(block: string, kind: PageKind, address: number, pageSize: number, count = 1): void {
    const { teller } = this
    if (!teller.tellsAll) return
    const next = address + count * pageSize
    const run = this.#run
    if (run !== undefined && run.block === block && run.kind === kind && run.next === address) {
      run.next = next
      run.pages += count
      return
    }
    this.close()
    teller.begin(this.index(), 'object')
    teller.derived('kind', kind)
    teller.derived('block', block)
    teller.derived('address', BigInt(address), `0x${address.toString(16)}`)
    teller.begin('records', 'bytes')
    this.#from = teller.window.offset
    this.#run = { block, kind, next, pages: count }
  }

  close(): void {
    if (this.#run === undefined) return
    this.flush()
    this.teller.end()
    this.teller.derived('pageCount', this.#run.pages)
    this.teller.end()
    this.#run = undefined
  }

  /** Tells the bytes that were taken: the next push overwrites them. */
  flush(): void {
    if (this.#run === undefined) return
    const { window } = this.teller
    const length = window.offset - this.#from
    this.teller.bytes(this.#from, window.bytes.subarray(window.position - length, window.position))
    this.#from = window.offset
  }
}
