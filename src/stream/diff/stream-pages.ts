import { joined, type Value } from '../../layout/index.ts'
import type { memoryPagesPayload } from '../payload.layout.ts'
import type { MigrationPart, PageBytes, PageFill } from './parts.ts'

/** What pages need to know of their region. */
export interface Region {
  readonly number: number
  readonly pageSize: number
}

/** Largest unit: pages that are larger are compared in pieces of it, so that both sides may have other page sizes. */
const LARGEST_UNIT = 4096
/** Smaller pages would cost more than their bytes. */
const LEAST_UNIT = 512

/** The pages of a part, chunk by chunk. */
export class StreamPages {
  #at: number
  #carry: Uint8Array = new Uint8Array(0)

  private constructor(
    private readonly region: number,
    private readonly unitSize: number,
    at: number,
    /** Bytes of a run of one byte. */
    private readonly length: number,
    /** The byte that all are. */
    readonly byte: number | undefined,
  ) {
    this.#at = at
  }

  /** Bytes that are compared at once; undefined where pages of the region are not compared as pages. */
  static unit({ pageSize }: Region): number | undefined {
    const isPower = pageSize >= LEAST_UNIT && Number.isInteger(Math.log2(pageSize))
    return isPower ? Math.min(pageSize, LARGEST_UNIT) : undefined
  }

  /** Undefined where it is not known where the pages belong. */
  static of(payload: Value<typeof memoryPagesPayload>, region: Region | undefined): StreamPages | undefined {
    const unit = region === undefined ? undefined : StreamPages.unit(region)
    if (region === undefined || unit === undefined) return undefined
    const { firstPage, pages, content, data } = payload
    const at = Number(firstPage) * region.pageSize
    const length = pages * region.pageSize
    if (!Number.isSafeInteger(at + Math.max(length, 2 ** 48))) return undefined
    const isFill = content === 'fill'
    if (!isFill && content !== 'data') return undefined
    if (isFill && data.length !== 1) return undefined
    return new StreamPages(region.number, unit, at, length, isFill ? data[0] : undefined)
  }

  /** The units that are whole now. */
  *push(bytes: Uint8Array): Generator<MigrationPart> {
    const all = this.#carry.length === 0 ? bytes : joined([this.#carry, bytes])
    const whole = all.length - (all.length % this.unitSize)
    this.#carry = all.slice(whole)
    if (whole === 0) return
    const part: PageBytes = { kind: 'pages', region: this.region, at: this.#at, bytes: all.subarray(0, whole) }
    this.#at += whole
    yield part
  }

  /** Bytes behind the last whole unit. */
  get rest(): Uint8Array {
    return this.#carry
  }

  fill(byte: number): PageFill {
    return { kind: 'fill', region: this.region, at: this.#at, length: this.length, byte }
  }
}
