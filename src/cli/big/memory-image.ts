import { counted } from '../../findings/index.ts'
import { inflatedRecord, type StreamRecord } from '../../stream/index.ts'
import { Complaint } from '../complaint.ts'
import { LONGEST_IMAGE, SparseImage } from './sparse-image.ts'
import type { Spool } from './spool.ts'

interface Region {
  readonly number: number
  readonly pageSize: number
  readonly length: number
  readonly name: string
}

/**
 * Puts the pages of a region where they belong; later pages win. What no record holds, and pages of zeros, stay holes: the
 * work follows the records, not the length that a region states.
 */
export class MemoryImage {
  readonly #regions = new Map<number, Region>()
  #region: Region | undefined
  readonly #image: SparseImage

  constructor(
    readonly spool: Spool,
    /** Number of the region; the only one where nobody says. */
    readonly wanted: number | undefined,
    /** Most bytes that are written though the stream does not hold them. */
    mostFilled: number,
  ) {
    this.#image = new SparseImage(spool, mostFilled)
  }

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
    await this.#image.finish(this.#region.length)
  }

  #define(region: Region): void {
    const { number, length } = region
    this.#regions.set(number, region)
    if (number !== (this.wanted ?? this.#regions.values().next().value?.number)) return
    if (length > LONGEST_IMAGE)
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
    if (isFill) this.#image.fill(start, end - start, data[0] as number)
    else this.#image.write(start, data)
  }
}
