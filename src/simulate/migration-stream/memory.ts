import { joined } from '../../layout/index.ts'
import type { RecordInput } from '../../stream/index.ts'
import { PAGE } from '../guest/ram.ts'
import type { Round } from '../journal.ts'

/** The one region of the simulated guest. */
const REGION = 0

/** The memory of the guest, which begins at address 0. */
export function regionRecord(name: string, pages: number): RecordInput {
  const length = BigInt(pages * PAGE)
  const payload = { region: REGION, pageSize: PAGE, base: 0n, length, nameLength: name.length, name }
  return { type: 'memory-region', payload }
}

/** The pages that a round sends. */
export function bitmapRecord({ number, pages }: Round, all: number): RecordInput {
  const data = new Uint8Array(Math.ceil(all / 8))
  for (const page of pages) data[page >> 3] = (data[page >> 3] as number) | (1 << (page & 7))
  const encoding = 'raw'
  const encodingLength = encoding.length
  const payload = { base: 0n, pages: BigInt(all), pageSize: PAGE, round: number, encodingLength, encoding, data }
  return { type: 'dirty-bitmap', payload }
}

/** Joins pages that follow one another, and those of zeros apart from the others. */
export class PageRun {
  #first = 0
  #isZero = false
  #pages: Uint8Array[] = []

  /** Whether the page continues the run. */
  takes(page: number, content: Uint8Array): boolean {
    return this.#pages.length === 0 || (page === this.#first + this.#pages.length && isZero(content) === this.#isZero)
  }

  add(page: number, content: Uint8Array): void {
    if (this.#pages.length === 0) {
      this.#first = page
      this.#isZero = isZero(content)
    }
    this.#pages.push(content)
  }

  /** The record of the run, which begins anew; none where it has no pages. */
  take(round: number): RecordInput[] {
    const pages = this.#pages
    if (pages.length === 0) return []
    this.#pages = []
    const payload = {
      region: REGION,
      round,
      firstPage: BigInt(this.#first),
      pages: pages.length,
      content: this.#isZero ? 'fill' : 'data',
      reserved: new Uint8Array(3),
      data: this.#isZero ? new Uint8Array(1) : joined(pages),
    } as const
    return [{ type: 'memory-pages', payload }]
  }
}

const isZero = (content: Uint8Array) => content.every((byte) => byte === 0)
