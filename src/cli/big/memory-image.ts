import { counted } from '../../findings/index.ts'
import { inflatedRecord, type StreamRecord } from '../../stream/index.ts'
import { Complaint } from '../complaint.ts'
import { sizeText } from '../dirty/quantities.ts'
import { SparseNumbers } from './sparse-numbers.ts'
import type { Spool } from './spool.ts'

interface Region {
  readonly number: number
  readonly pageSize: number
  readonly length: number
  readonly name: string
}

/** Most bytes of an image: more than any machine has, and what file systems take. */
const LONGEST = 2 ** 43
const PIECE = 1 << 20
/** What is known to be zero or not, whatever the page size. */
const BLOCK = 4096

/**
 * Puts the pages of a region where they belong; later pages win. What no record holds, and pages of zeros, stay holes: the
 * work follows the records, not the length that a region states.
 */
export class MemoryImage {
  readonly #regions = new Map<number, Region>()
  #region: Region | undefined
  /** Blocks in which something was written. */
  readonly #written = new SparseNumbers()
  #filled = 0

  constructor(
    readonly spool: Spool,
    /** Number of the region; the only one where nobody says. */
    readonly wanted: number | undefined,
    /** Most bytes that are written though the stream does not hold them. */
    readonly mostFilled: number,
  ) {}

  async see(record: StreamRecord): Promise<void> {
    const { payload } = await inflatedRecord(record)
    if (payload instanceof Uint8Array || 'opaque' in payload) {
      const what = `record ${record.header.sequence} (${record.header.kind.type})`
      throw new Complaint(`The memory is not whole: ${what} is damaged, or continues another.`)
    }
    if ('pageSize' in payload && 'name' in payload && 'region' in payload) {
      const { region: number, pageSize, length, name } = payload
      this.#define({ number, pageSize, length: Number(length), name })
    } else if ('firstPage' in payload) {
      const { region, firstPage, pages, content, data } = payload
      if (region === this.#region?.number) this.#put(Number(firstPage), pages, content === 'fill', data)
      else if (!this.#regions.has(region))
        throw new Complaint(`Nothing says how region ${region} of memory is laid out.`)
    }
  }

  /** @throws Complaint where there is no such region, or it is not said which */
  async finish(): Promise<void> {
    const names = Array.from(
      this.#regions.values(),
      ({ number, name }) => `${number}${name === '' ? '' : ` (${name})`}`,
    )
    if (this.wanted === undefined && names.length > 1) {
      throw new Complaint(`There are several regions of memory; pick one with --region: ${names.join(', ')}.`)
    }
    if (this.#region === undefined) {
      const which = this.wanted === undefined ? 'region' : `region ${this.wanted}`
      const there = names.length === 0 ? 'none is declared' : `there is ${names.join(', ')}`
      throw new Complaint(`There is no ${which} of memory; ${there}.`)
    }
    const { length } = this.#region
    if (this.spool.isCopied)
      this.#charge(Math.max(0, length - BLOCK * this.#written.size), 'no record holds, or are zero,')
    this.spool.resize(length)
    await this.spool.finish()
  }

  #define(region: Region): void {
    const { number, length } = region
    this.#regions.set(number, region)
    if (number !== (this.wanted ?? this.#regions.values().next().value?.number)) return
    if (length > LONGEST)
      throw new Complaint(`Region ${number} states ${length} bytes, more than a file can have here.`)
    if (this.#region === undefined) this.spool.restart()
    this.#region = region
  }

  #put(firstPage: number, pages: number, isFill: boolean, data: Uint8Array): void {
    const { number, pageSize, length } = this.#region as Region
    const start = firstPage * pageSize
    const end = start + pages * pageSize
    if (end > length) {
      throw new Complaint(
        `Page ${firstPage + pages - 1} lies behind region ${number}, which has ${counted(length, 'byte')}.`,
      )
    }
    if (isFill ? data.length !== 1 : data.length !== end - start) {
      throw new Complaint(
        `${counted(pages, 'page')} at page ${firstPage} have ${counted(data.length, 'byte')} of data.`,
      )
    }
    if (!isFill) this.#write(data, start)
    else if (data[0] === 0) this.#clear(start, end)
    else this.#fill(start, end, data[0] as number)
  }

  #write(data: Uint8Array, start: number): void {
    if (data.length === 0) return
    this.spool.put(data, start)
    for (let at = start - (start % BLOCK); at < start + data.length; at += BLOCK) this.#written.add(at / BLOCK)
  }

  #fill(start: number, end: number, byte: number): void {
    this.#charge(end - start, 'are of one byte each page')
    const piece = new Uint8Array(Math.min(PIECE, end - start)).fill(byte)
    for (let at = start; at < end; at += piece.length) this.#write(piece.subarray(0, end - at), at)
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
