import { DecodeError, hexOffset } from '../../findings/index.ts'
import type { PageKind, RamBlock, RamListener } from './blocks.ts'
import { MappedBitmap } from './mapped.ts'
import { applyXbzrle } from './xbzrle.ts'

/** Where the content of a block is put, in any order; later bytes replace earlier ones. */
export interface PageSink {
  write(offset: number, bytes: Uint8Array): void
  /** Writes one byte again and again; of 0 a hole will do. */
  fill(offset: number, length: number, byte: number): void
  /** What was written, and zeros where nothing was. Pages that came as a difference (XBZRLE) need it. */
  read(offset: number, length: number): Uint8Array
}

/** Inflates zlib data (RFC 1950); throws where they are damaged, or hold more than `most` bytes. */
export type InflatePage = (data: Uint8Array, most: number) => Uint8Array

/**
 * Puts the pages of one block of guest memory where they belong: of plain streams, of streams with XBZRLE or compressed
 * pages, and of mapped-ram files. Holds one page, and of a mapped-ram file its bitmap.
 *
 * Its methods throw DecodeError for a page outside of the block, a delta that cannot be applied, and compressed pages
 * that are damaged, or that there is nothing to inflate with.
 */
export class RamImage implements RamListener {
  readonly wantsContent = true
  #block: RamBlock | undefined
  #pageSize = 4096
  readonly #bitmap = new MappedBitmap()

  constructor(
    /** Name of the block. */
    readonly name: string,
    private readonly sink: PageSink,
    private readonly inflate?: InflatePage,
  ) {}

  /** The block as the stream lists it; undefined where it was not listed yet. */
  get listed(): RamBlock | undefined {
    return this.#block
  }

  section(_kind: string, _offset: number, pageSize: number): void {
    this.#pageSize = pageSize
  }

  pageSizeFound(bytes: number): void {
    this.#pageSize = bytes
  }

  block(block: RamBlock): void {
    if (block.name === this.name) this.#block = block
  }

  page(block: string, address: number, kind: PageKind, content: Uint8Array | undefined, _size = 0, offset = 0): void {
    if (block !== this.name || content === undefined) return
    const size = this.#pageSize
    const used = this.#block?.usedLength
    if (used !== undefined && BigInt(address) + BigInt(size) > used) {
      throw this.#refused('qemu/ram-address', offset, `a page below ${hexOffset(Number(used))}`, hexOffset(address))
    }
    if (kind === 'zero') this.sink.fill(address, size, content[0] as number)
    else if (kind === 'page') this.sink.write(address, content)
    else if (kind === 'xbzrle') this.#change(address, content, offset)
    else this.sink.write(address, this.#inflated(content, offset))
  }

  mappedBitmap(block: RamBlock, start: number, bytes: Uint8Array): void {
    if (block.name === this.name) this.#bitmap.add(start, bytes)
  }

  mapped(block: RamBlock, start: number, bytes: Uint8Array): void {
    if (block.name !== this.name) return
    const pageSize = Number(block.mappedRam?.pageSize)
    for (const { from, to } of this.#bitmap.runs(start, start + bytes.length, pageSize)) {
      this.sink.write(from, bytes.subarray(from - start, to - start))
    }
  }

  #change(address: number, delta: Uint8Array, offset: number): void {
    const page = this.sink.read(address, this.#pageSize)
    const problem = applyXbzrle(delta, page)
    if (problem !== undefined) throw this.#refused('qemu/xbzrle-damaged', offset, 'a delta of a page', problem)
    this.sink.write(address, page)
  }

  #inflated(content: Uint8Array, offset: number): Uint8Array {
    const { inflate } = this
    const expected = 'zlib data of one page'
    if (inflate === undefined)
      throw this.#refused('layout/damaged-part', offset, 'a page that is not compressed', 'zlib')
    let page: Uint8Array
    try {
      page = inflate(content, this.#pageSize)
    } catch (error) {
      throw this.#refused('layout/damaged-part', offset, expected, (error as Error).message)
    }
    if (page.length === this.#pageSize) return page
    throw this.#refused('layout/damaged-part', offset, expected, `${page.length} bytes`)
  }

  #refused(code: string, offset: number, expected: string, found: string): DecodeError {
    return new DecodeError({ code, path: [], offset, expected, found: `${found} in ${this.name}` })
  }
}
