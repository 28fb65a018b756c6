import type { LiveSectionKind } from '../section.ts'
import type { PageKind, RamBlock, RamListener } from './blocks.ts'
import { Counts, type PageCounts } from './counts.ts'
import { MappedBitmap } from './mapped.ts'
import { Passes, type PassStatistics } from './passes.ts'
import { SentPages } from './sent-pages.ts'

/** What was sent of a block of guest memory. */
export interface BlockStatistics extends PageCounts {
  readonly name: string
  /** Bytes; undefined where the block was not listed. */
  readonly length: number | undefined
  /** Different pages. */
  readonly distinct: number
  /** Pages that had been sent before. */
  readonly again: number
  /** Pages of which that is not known: what is kept is limited to 512 GiB of guest memory. */
  readonly unknown: number
}

class Block extends Counts {
  readonly bitmap = new MappedBitmap()
  again = 0
  unknown = 0
  length: number | undefined

  constructor(
    readonly name: string,
    /** Place in the order in which QEMU goes over the blocks. */
    readonly place: number,
  ) {
    super()
  }
}

/** More than any guest has. */
const MOST_BLOCKS = 4096

/**
 * Counts the pages of a stream: in all, by block, and by pass over the blocks. Passes are not the rounds in which QEMU asks
 * for dirty pages (`dirty-sync-count`): it asks when little is left to send, wherever it stands. Pages of mapped-ram files
 * and of multifd channels are in no pass; those of a mapped-ram file are there once, whatever was sent.
 */
export class RamStatistics implements RamListener {
  readonly #total = new Counts()
  readonly #blocks = new Map<string, Block>()
  readonly #sent = new SentPages()
  readonly #passes = new Passes()
  #pageSize = 4096
  #isEnd = false

  /** Bytes of a target page. */
  get pageSize(): number {
    return this.#pageSize
  }

  get total(): PageCounts {
    return this.#total.now()
  }

  /** Blocks in the order of the list, then those that it does not have. */
  get blocks(): BlockStatistics[] {
    return Array.from(this.#blocks.values(), (block) => {
      const { name, length, again, unknown } = block
      return { name, length, distinct: this.#sent.distinct(name), again, unknown, ...block.now() }
    })
  }

  /** Passes in their order; those behind the first 4096 count with the last of them. */
  get passes(): PassStatistics[] {
    return this.#passes.all
  }

  /** How many passes there were. */
  get passCount(): number {
    return this.#passes.count
  }

  section(kind: LiveSectionKind, _offset: number, pageSize: number): void {
    this.#pageSize = pageSize
    if (kind === 'END' && !this.#isEnd) this.#passes.begin(true)
    this.#isEnd = kind === 'END'
  }

  pageSizeFound(bytes: number): void {
    this.#pageSize = bytes
  }

  block({ name, usedLength }: RamBlock): void {
    const block = this.#named(name)
    if (block !== undefined) block.length = Number(usedLength)
  }

  page(name: string, address: number, kind: PageKind, _content: Uint8Array | undefined, size: number): void {
    const block = this.#named(name)
    const page = Math.floor(address / this.#pageSize)
    this.#passes.add({ block: block?.place ?? MOST_BLOCKS, page }, kind, size)
    this.#count(block, page, kind, size)
  }

  /** Counts a page that came over a multifd channel; `size` are the bytes of its content. */
  channelPage(name: string, address: number, kind: 'zero' | 'page', size: number): void {
    this.#count(this.#named(name), Math.floor(address / this.#pageSize), kind, size)
  }

  mappedBitmap({ name }: RamBlock, start: number, bytes: Uint8Array): void {
    this.#named(name)?.bitmap.add(start, bytes)
  }

  mapped({ name, mappedRam }: RamBlock, start: number, bytes: Uint8Array): void {
    const block = this.#named(name)
    const pageSize = Number(mappedRam?.pageSize)
    if (block === undefined) return
    const end = start + bytes.length
    // Areas come in pieces: a page counts where it begins.
    for (let page = Math.ceil(start / pageSize); page * pageSize < end; page += 1) {
      const isThere = block.bitmap.has(page)
      this.#count(block, page, isThere ? 'page' : 'zero', isThere ? pageSize : 0)
    }
  }

  #count(block: Block | undefined, page: number, kind: PageKind, size: number): void {
    this.#total.add(kind, size)
    if (block === undefined) return
    block.add(kind, size)
    const before = this.#sent.add(block.name, page)
    if (before === undefined) block.unknown += 1
    else if (before) block.again += 1
  }

  #named(name: string): Block | undefined {
    const block = this.#blocks.get(name)
    if (block !== undefined || this.#blocks.size === MOST_BLOCKS) return block
    const made = new Block(name, this.#blocks.size)
    this.#blocks.set(name, made)
    return made
  }
}
