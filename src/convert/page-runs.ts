import { joined } from '../layout/index.ts'
import type { PageKind, RamBlock, RamListener } from '../qemu/index.ts'

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
  /** A page of which the stream at hand does not have the content by itself. */
  | { readonly kind: 'elsewhere'; readonly what: 'xbzrle' | 'compressed' | 'mapped' }

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

  /** @param take gets what is known, in order */
  constructor(private readonly take: (fact: MemoryFact) => void) {}

  section(_kind: string, _offset: number, pageSize = 4096): void {
    this.#pageSize = pageSize
  }

  block(block: RamBlock): void {
    this.flush()
    this.take({ kind: 'block', block, pageSize: this.#pageSize })
  }

  page(block: string, address: number, kind: PageKind, content: Uint8Array | undefined): void {
    if (kind === 'page' && content !== undefined) this.#add(block, address, undefined, content.slice())
    else if (kind === 'zero') this.#add(block, address, content?.[0] ?? 0, undefined)
    else if (kind !== 'page') this.take({ kind: 'elsewhere', what: kind })
  }

  mapped(): void {
    this.take({ kind: 'elsewhere', what: 'mapped' })
  }

  /** Gives the run that is open. */
  flush(): void {
    const run = this.#run
    this.#run = undefined
    if (run === undefined) return
    const { block, at, byte, length, pieces } = run
    if (byte === undefined) this.take({ kind: 'pages', block, at, bytes: joined(pieces) })
    else this.take({ kind: 'fill', block, at, length, byte })
  }

  #add(block: string, address: number, byte: number | undefined, bytes: Uint8Array | undefined): void {
    const length = bytes?.length ?? this.#pageSize
    const most = byte === undefined ? LONGEST : MOST_PAGES * this.#pageSize
    let run = this.#run
    const isNext = run?.block === block && run.byte === byte && run.at + run.length === address
    if (run === undefined || !isNext || run.length + length > most) {
      this.flush()
      run = { block, at: address, byte, length: 0, pieces: [] }
      this.#run = run
    }
    run.length += length
    if (bytes !== undefined) run.pieces.push(bytes)
  }
}
