import { joined } from '../layout/index.ts'
import {
  type InflatePage,
  type LiveSectionKind,
  MappedBitmap,
  type MultifdPage,
  type PageKind,
  type RamBlock,
  type RamListener,
  WaitPoints,
} from '../qemu/index.ts'
import { KnownPages } from './known-pages.ts'

/** Guest memory of a stream as it comes in, in the order in which it was sent. Bytes are its own. */
export type MemoryFact =
  | { readonly kind: 'block'; readonly block: RamBlock; readonly pageSize: number }
  /** Pages that follow one another, of one block. */
  | { readonly kind: 'pages'; readonly block: string; readonly at: number; readonly bytes: Uint8Array }
  /** Pages that are one byte throughout. */
  | {
      readonly kind: 'fill'
      readonly block: string
      readonly at: number
      readonly length: number
      readonly byte: number
    }
  /** A page, or pages, of which the content is not known from the input at hand. */
  | { readonly kind: 'elsewhere'; readonly what: Elsewhere }

/** The same, and where the stream waits for its channels, which is said where they are at hand. */
export type GatheredFact = MemoryFact | { readonly kind: 'wait' }

/**
 * Why the content of a page is not known: it came as a difference to one that is not kept any more, compressed without
 * anything to inflate it, damaged, in a mapped-ram file with pages of another size, or over a multifd channel.
 */
export type Elsewhere = 'xbzrle' | 'compressed' | 'damaged' | 'mapped' | 'multifd'

/** Longest run that is gathered: that of a chunk of a part. */
const LONGEST = 1 << 20
/** Pages of a run of zero pages, which has no bytes: a number of 32 bits counts them. */
const MOST_PAGES = 2 ** 32 - 1

interface Run {
  readonly block: string
  readonly at: number
  /** Undefined for pages with content of their own. */
  readonly byte: number | undefined
  length: number
  readonly pieces: Uint8Array[]
}

/** Gathers pages that follow one another into runs. */
export class PageRunGatherer implements RamListener {
  readonly wantsContent = true
  /** Bytes of a target page. */
  #pageSize = 4096
  #run: Run | undefined

  readonly #known = new KnownPages()
  #bitmap = new MappedBitmap()
  readonly #waits = new WaitPoints()
  #isMapped = false

  /** @param take gets what is known, in order */
  constructor(
    private readonly take: (fact: GatheredFact) => void,
    private readonly inflate?: InflatePage,
    /** Whether the pages of channels are at hand. */
    private readonly hasChannels = false,
  ) {}

  section(kind: LiveSectionKind, _offset: number, pageSize: number): void {
    this.#pageSize = pageSize
    if (this.#waits.section(kind)) this.#wait()
  }

  pageSizeFound(bytes: number): void {
    this.#pageSize = bytes
  }

  sync(): void {
    this.#waits.flush()
    this.#wait()
  }

  /** A page of a channel. */
  channelPage({ block, address, bytes, isZero }: MultifdPage): void {
    this.page(block, Number(address), isZero ? 'zero' : 'page', isZero ? bytes.subarray(0, 1) : bytes)
  }

  #wait(): void {
    if (!this.hasChannels) return
    this.flush()
    this.take({ kind: 'wait' })
  }

  block(block: RamBlock): void {
    this.flush()
    this.#bitmap = new MappedBitmap()
    this.#isMapped ||= block.mappedRam !== undefined
    this.take({ kind: 'block', block, pageSize: this.#pageSize })
  }

  page(block: string, address: number, kind: PageKind, content: Uint8Array | undefined): void {
    if (content === undefined) return
    if (kind === 'zero') {
      const byte = content[0] as number
      this.#known.set(block, address, byte)
      this.#add(block, address, byte, undefined)
      return
    }
    const page = this.#content(block, address, kind, content)
    if (typeof page === 'string') {
      this.take({ kind: 'elsewhere', what: page })
      return
    }
    this.#known.set(block, address, page)
    this.#add(block, address, undefined, page)
  }

  mappedBitmap(_block: RamBlock, start: number, bytes: Uint8Array): void {
    this.#bitmap.add(start, bytes)
  }

  mapped({ name, mappedRam }: RamBlock, start: number, bytes: Uint8Array): void {
    if (Number(mappedRam?.pageSize) !== this.#pageSize) {
      this.take({ kind: 'elsewhere', what: 'mapped' })
      return
    }
    for (const { from, to } of this.#bitmap.runs(start, start + bytes.length, this.#pageSize)) {
      this.#add(name, from, undefined, bytes.slice(from - start, to - start))
    }
  }

  /** The input is over. */
  end(): void {
    this.flush()
    if (this.#waits.flushes > 0 && !this.#isMapped && !this.hasChannels)
      this.take({ kind: 'elsewhere', what: 'multifd' })
  }

  #content(block: string, address: number, kind: PageKind, content: Uint8Array): Uint8Array | Elsewhere {
    if (kind === 'page') return content.slice()
    if (kind === 'xbzrle') return this.#known.changed(block, address, content, this.#pageSize)
    if (this.inflate === undefined) return 'compressed'
    try {
      const page = this.inflate(content, this.#pageSize)
      return page.length === this.#pageSize ? page : 'damaged'
    } catch {
      // Whatever an inflater throws.
      return 'damaged'
    }
  }

  /** Gives the run that is open. */
  flush(): void {
    const run = this.#run
    this.#run = undefined
    if (run === undefined) return
    const { block, at, byte, length, pieces } = run
    if (byte === undefined) {
      // A file that is cut may end in a page.
      const bytes = joined(pieces)
      const whole = length - (length % this.#pageSize)
      if (whole > 0) this.take({ kind: 'pages', block, at, bytes: bytes.subarray(0, whole) })
    } else this.take({ kind: 'fill', block, at, length, byte })
  }

  #add(block: string, address: number, byte: number | undefined, bytes: Uint8Array | undefined): void {
    const length = bytes?.length ?? this.#pageSize
    const most = byte === undefined ? LONGEST : MOST_PAGES * this.#pageSize
    let run = this.#run
    const isNext = run?.block === block && run.byte === byte && run.at + run.length === address
    const isFull = run !== undefined && run.length + length > most && run.length % this.#pageSize === 0
    if (run === undefined || !isNext || isFull) {
      this.flush()
      run = { block, at: address, byte, length: 0, pieces: [] }
      this.#run = run
    }
    run.length += length
    if (bytes !== undefined) run.pieces.push(bytes)
  }
}
