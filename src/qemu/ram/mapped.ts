import { DecodeError, hexOffset } from '../../findings/index.ts'
import type { Ahead } from '../../layout/index.ts'
import type { RamBlock } from './blocks.ts'

/** Bytes from one place to another, the second not included. */
interface Run {
  readonly from: number
  readonly to: number
}

/**
 * The bitmap of a block of a mapped-ram file, gathered as it comes in. Its words of 64 bits are in the byte order of the
 * host that wrote it; little-endian is taken here, so that bit n of byte m is page 8m + n.
 */
export class MappedBitmap {
  #bytes = new Uint8Array(0)
  #length = 0

  /** The next bytes, which begin at `start` of the bitmap. */
  add(start: number, bytes: Uint8Array): void {
    const end = start + bytes.length
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(end, 2 * this.#bytes.length))
      grown.set(this.#bytes.subarray(0, this.#length))
      this.#bytes = grown
    }
    this.#bytes.set(bytes, start)
    this.#length = Math.max(this.#length, end)
  }

  has(page: number): boolean {
    const byte = page < 8 * this.#length ? (this.#bytes[Math.floor(page / 8)] as number) : 0
    return (byte & (1 << (page % 8))) !== 0
  }

  /** What lies in pages that are there, of a stretch of a block. */
  *runs(start: number, end: number, pageSize: number): Generator<Run> {
    let from: number | undefined
    for (let page = Math.floor(start / pageSize); page * pageSize < end; page += 1) {
      if (this.has(page)) from ??= Math.max(start, page * pageSize)
      else if (from !== undefined) {
        yield { from, to: page * pageSize }
        from = undefined
      }
    }
    if (from !== undefined) yield { from, to: end }
  }
}

/** Pages of a block that follow one another. */
export interface MappedPages {
  /** Offset in the block, in bytes. */
  readonly address: number
  readonly bytes: Uint8Array
}

/** Pages that one bitmap piece speaks of, and most bytes that are read at a time. */
const PIECE_PAGES = 32768
const MOST_READ = 1 << 20

/**
 * The pages that a mapped-ram file has of a block, in the order of their addresses and without reading anything else.
 * Pages that are not there are zero. `bytes` are valid until the next ones are asked for.
 *
 * @param block as a RamListener hears of it, with its mapped-ram header
 * @throws DecodeError where the file ends before a page that it has
 */
export function* mappedRamPages(file: Ahead, block: RamBlock): Generator<MappedPages> {
  const { mappedRam, usedLength, name } = block
  if (mappedRam === undefined || mappedRam.pageSize === 0n || mappedRam.pagesOffset === 0n) return
  const pageSize = Number(mappedRam.pageSize)
  const used = Number(usedLength)
  for (let first = 0; first * pageSize < used; first += PIECE_PAGES) {
    const pages = Math.min(PIECE_PAGES, Math.ceil(used / pageSize) - first)
    const at = Number(mappedRam.bitmapOffset) + first / 8
    const bitmap = new MappedBitmap()
    const bytes = file.read(at, Math.ceil(pages / 8))
    if (bytes.length < Math.ceil(pages / 8)) throw ended(file, `the bitmap of ${name}`)
    bitmap.add(0, bytes)
    const end = Math.min(used - first * pageSize, pages * pageSize)
    for (const { from, to } of bitmap.runs(0, end, pageSize)) {
      for (let part = from; part < to; part += MOST_READ) {
        const address = first * pageSize + part
        const length = Math.min(MOST_READ, to - part)
        const content = file.read(Number(mappedRam.pagesOffset) + address, length)
        if (content.length < length) throw ended(file, `the page of ${name} at ${hexOffset(address)}`)
        yield { address, bytes: content }
      }
    }
  }
}

function ended({ size }: Ahead, what: string): DecodeError {
  return new DecodeError({ code: 'layout/ended-early', path: [], offset: size, expected: what, found: 'the end' })
}
