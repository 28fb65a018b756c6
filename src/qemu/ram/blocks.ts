import type { Value } from '../../layout/index.ts'
import type { ramBlock } from '../frame.layout.ts'
import type { LiveSectionKind } from '../section.ts'

/** A block of guest memory as the stream lists it. */
export type RamBlock = Value<typeof ramBlock>

/** How the content of a page came. */
export type PageKind = 'zero' | 'page' | 'xbzrle' | 'compressed'

/** Who wants to know of guest memory while it comes in. */
export interface RamListener {
  /** Whether the bytes of pages are wanted; without, they are passed over. */
  readonly wantsContent?: boolean
  /** A section of RAM begins. `pageSize` is that of a target page, in bytes. */
  section?(kind: LiveSectionKind, offset: number, pageSize: number): void
  /** The size of a target page, in bytes, where it is other than was said of the section: it shows in the records. */
  pageSizeFound?(bytes: number): void
  /** The source waits here until its multifd channels have sent what they have. */
  sync?(): void
  block?(block: RamBlock): void
  /**
   * A page came in.
   *
   * @param address offset in the block, in bytes
   * @param content the page, its delta (XBZRLE) or its zlib data; of a zero page the byte that fills it. Valid during the call.
   * @param size bytes of the record, header and all
   * @param offset of the record in the stream
   */
  page?(
    block: string,
    address: number,
    kind: PageKind,
    content: Uint8Array | undefined,
    size: number,
    offset: number,
  ): void
  /** A part of the area where a mapped-ram file has the pages of a block; `start` counts in the area. */
  mapped?(block: RamBlock, start: number, bytes: Uint8Array): void
  /** A part of the bitmap that tells which pages that area has. */
  mappedBitmap?(block: RamBlock, start: number, bytes: Uint8Array): void
}

/** What RAM sections know of those before. */
export class RamState {
  readonly blocks = new Map<string, RamBlock>()
  /** The block that records without a name are of. */
  last: string | undefined
  /** Whether bytes are waited for that the stream need not have. */
  isLookingAhead = false
  #pageSize = 4096
  #isPageSizeKnown = false
  /** Capabilities that change the list of blocks. */
  ignoreShared = false
  mappedRam = false
  /** Whether postcopy was advised: blocks of huge pages then state the size of a page. */
  postcopyAdvised = false
  #known: { readonly name: string; readonly used: number } | undefined

  /** Bytes of a target page. */
  get pageSize(): number {
    return this.#pageSize
  }

  /** Whether that is what the stream states, and not what nearly all have. */
  get isPageSizeKnown(): boolean {
    return this.#isPageSizeKnown
  }

  /** Takes what is known first. */
  learnPageSize(bytes: number): void {
    if (this.#isPageSizeKnown) return
    this.#pageSize = bytes
    this.#isPageSizeKnown = true
  }

  /** Bytes of a block of the list. */
  usedLength(name: string): number | undefined {
    if (this.#known?.name === name) return this.#known.used
    const block = this.blocks.get(name)
    if (block === undefined) return undefined
    this.#known = { name, used: Number(block.usedLength) }
    return this.#known.used
  }

  /** Whether the list is known: that of a recovered stream came with the one before. */
  isListed = false
}
