import { Complaint } from '../complaint.ts'
import { sizeText } from '../dirty/quantities.ts'
import { SparseNumbers } from './sparse-numbers.ts'
import type { Spool } from './spool.ts'

/** Most bytes of an image: more than any machine has, and what file systems take. */
export const LONGEST_IMAGE = 2 ** 43
/** Bytes that an image may have besides those of the stream: what takes a second or two to write. */
export const MOST_FILLED = 2 ** 30
const PIECE = 1 << 20
/** What is known to be zero or not, whatever the page size. */
const BLOCK = 4096

/** An image of memory in a spool: zeros stay holes, and what is written though the stream does not hold it has a limit. */
export class SparseImage {
  /** Blocks in which something was written. */
  readonly #written = new SparseNumbers()
  #filled = 0

  constructor(
    readonly spool: Spool,
    /** Most bytes that are written though the stream does not hold them. */
    readonly mostFilled: number,
  ) {}

  write(start: number, data: Uint8Array): void {
    if (data.length === 0) return
    this.spool.put(data, start)
    for (let at = start - (start % BLOCK); at < start + data.length; at += BLOCK) this.#written.add(at / BLOCK)
  }

  /** Writes one byte again and again. @throws Complaint beyond the limit */
  fill(start: number, length: number, byte: number): void {
    if (byte === 0) {
      this.#clear(start, start + length)
      return
    }
    const end = start + length
    this.#charge(length, 'are of one byte each page')
    const piece = new Uint8Array(Math.min(PIECE, length)).fill(byte)
    for (let at = start; at < end; at += piece.length) this.write(at, piece.subarray(0, end - at))
  }

  /** What was written, and zeros where nothing was. */
  read(start: number, length: number): Uint8Array {
    return this.spool.read(start, length)
  }

  /** Gives out an image of a length. @throws Complaint where its zeros are more than the limit in a pipe */
  async finish(length: number): Promise<void> {
    if (this.spool.isCopied)
      this.#charge(Math.max(0, length - BLOCK * this.#written.size), 'no record holds, or are zero,')
    this.spool.resize(length)
    await this.spool.finish()
  }

  /** Writes zeros where something else was written; each block that is written is cleared once at most. */
  #clear(start: number, end: number): void {
    const zeros = new Uint8Array(BLOCK)
    let block = this.#written.next(Math.floor(start / BLOCK))
    while (block !== undefined && block * BLOCK < end) {
      const [first, last] = [Math.max(start, block * BLOCK), Math.min(end, (block + 1) * BLOCK)]
      this.spool.put(zeros.subarray(0, last - first), first)
      if (last - first === BLOCK) this.#written.delete(block)
      block = this.#written.next(block + 1)
    }
  }

  #charge(bytes: number, why: string): void {
    this.#filled += bytes
    if (this.#filled <= this.mostFilled) return
    const way = this.spool.isCopied ? 'give a file with -o, or raise' : 'raise'
    throw new Complaint(
      `${sizeText(this.#filled)} of the image ${why}, more than ${sizeText(this.mostFilled)}; ${way} --max-fill.`,
    )
  }
}
