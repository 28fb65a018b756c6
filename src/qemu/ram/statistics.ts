import type { PageKind, RamBlock, RamListener } from './blocks.ts'
import { MappedBitmap } from './mapped.ts'
import { SentPages } from './sent-pages.ts'

/** Pages by the way in which they came, and what they took. */
export interface PageCounts {
  /** Pages that were sent, each as often as it was. */
  readonly pages: number
  readonly zero: number
  /** Whole pages; QEMU's `normal`. */
  readonly normal: number
  readonly xbzrle: number
  readonly compressed: number
  /** Bytes of their records, headers and all; of mapped-ram files and multifd channels the content of the pages. */
  readonly bytes: number
}

/** What was sent of a block of guest memory. */
export interface BlockStatistics extends PageCounts {
  readonly name: string
  /** Bytes; undefined where the block was not listed. */
  readonly length: number | undefined
  /** Different pages. */
  readonly distinct: number
  /** Pages that had been sent before. */
  readonly again: number
  /** Pages of which that is not known: memory for it is limited to 1 TiB of guest memory. */
  readonly unknown: number
}

/** What was sent in one pass over the blocks. */
export interface PassStatistics extends PageCounts {
  /** Whether the guest had stopped: the pages are of the END section. */
  readonly isFinal: boolean
}

class Counts {
  pages = 0
  zero = 0
  normal = 0
  xbzrle = 0
  compressed = 0
  bytes = 0

  add(kind: PageKind, bytes: number, pages = 1): void {
    this.pages += pages
    this[kind === 'page' ? 'normal' : kind] += pages
    this.bytes += bytes
  }
}

class Block extends Counts {
  readonly sent = new SentPages()
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

class Pass extends Counts {
  constructor(readonly isFinal: boolean) {
    super()
  }
}

/** What lists are kept for: more than any guest has, or any migration takes. */
const MOST_BLOCKS = 4096
const MOST_PASSES = 4096

/**
 * Counts the pages of a stream.
 *
 * QEMU goes over the blocks in the order of their list, and over each from its first address to its last, again and again.
 * A pass ends where that starts over: at a page that does not lie behind the one before it. The pages of the END section,
 * for which the guest stands still, are a pass of their own. Passes are not the same as the rounds in which QEMU asks for
 * dirty pages (`dirty-sync-count`): it asks when little is left, wherever it stands. In postcopy, pages come as the
 * destination asks for them, and each step back counts as a pass. Pages of multifd channels belong to no pass.
 */
export class RamStatistics implements RamListener {
  readonly #total = new Counts()
  readonly #blocks = new Map<string, Block>()
  readonly #passes: Pass[] = []
  #passCount = 0
  #pageSize = 4096
  #isEnd = false
  /** The page before, and whether the next one begins a pass whatever it is. */
  #place = -1
  #address = -1
  #startsPass = true

  /** Bytes of a target page. */
  get pageSize(): number {
    return this.#pageSize
  }

  get total(): PageCounts {
    return this.#total
  }

  /** Blocks in the order of the list, then those that it does not have. */
  get blocks(): BlockStatistics[] {
    return Array.from(this.#blocks.values(), ({ name, length, sent, again, unknown, ...counts }) => ({
      ...{ name, length, distinct: sent.count, again, unknown },
      ...countsOf(counts),
    }))
  }

  /** Passes; those behind the first 4096 count with the last of them. */
  get passes(): PassStatistics[] {
    return this.#passes.map(({ isFinal, ...counts }) => ({ isFinal, ...countsOf(counts) }))
  }

  /** How many passes there were. */
  get passCount(): number {
    return this.#passCount
  }

  section(kind: 'START' | 'PART' | 'END', _offset: number, pageSize: number): void {
    this.#pageSize = pageSize
    if (kind === 'END' && !this.#isEnd) this.#startsPass = true
    this.#isEnd = kind === 'END'
  }

  block({ name, usedLength }: RamBlock): void {
    const block = this.#named(name)
    if (block !== undefined) block.length = Number(usedLength)
  }

  page(name: string, address: number, kind: PageKind, _content: Uint8Array | undefined, size: number): void {
    const block = this.#named(name)
    const place = block?.place ?? MOST_BLOCKS
    const isBack = place < this.#place || (place === this.#place && address <= this.#address)
    if (this.#startsPass || (isBack && !this.#isEnd)) this.#begin()
    this.#place = place
    this.#address = address
    this.#passes.at(-1)?.add(kind, size)
    this.#count(block, address, kind, size)
  }

  /** Counts a page that came over a multifd channel. `size` are the bytes of its content. */
  channelPage(name: string, address: number, kind: 'zero' | 'page', size: number): void {
    this.#count(this.#named(name), address, kind, size)
  }

  mappedBitmap({ name }: RamBlock, start: number, bytes: Uint8Array): void {
    this.#named(name)?.bitmap.add(start, bytes)
  }

  mapped({ name, mappedRam }: RamBlock, start: number, bytes: Uint8Array): void {
    const block = this.#named(name)
    const pageSize = Number(mappedRam?.pageSize)
    if (block === undefined) return
    const end = start + bytes.length
    // A page counts where it begins: areas come in pieces.
    for (let page = Math.ceil(start / pageSize); page * pageSize < end; page += 1) {
      const isThere = block.bitmap.has(page)
      this.#count(block, page * pageSize, isThere ? 'page' : 'zero', isThere ? pageSize : 0)
    }
  }

  #count(block: Block | undefined, address: number, kind: PageKind, size: number): void {
    this.#total.add(kind, size)
    if (block === undefined) return
    block.add(kind, size)
    const before = block.sent.add(Math.floor(address / this.#pageSize))
    if (before === undefined) block.unknown += 1
    else if (before) block.again += 1
  }

  #begin(): void {
    this.#startsPass = false
    this.#passCount += 1
    if (this.#passes.length < MOST_PASSES) this.#passes.push(new Pass(this.#isEnd))
  }

  #named(name: string): Block | undefined {
    const block = this.#blocks.get(name)
    if (block !== undefined || this.#blocks.size === MOST_BLOCKS) return block
    const made = new Block(name, this.#blocks.size)
    this.#blocks.set(name, made)
    return made
  }
}

const countsOf = ({ pages, zero, normal, xbzrle, compressed, bytes }: PageCounts): PageCounts => ({
  ...{ pages, zero, normal, xbzrle, compressed, bytes },
})
