import { BitmapError } from './errors.ts'
import { type Engine, type Filled, type Operation, type PageArray, SEGMENT_PAGES, type Segment } from './segment.ts'

/** A part of a range of pages that lies in one segment, in pages of that segment. */
interface Stretch {
  readonly index: number
  readonly from: number
  readonly to: number
}

function* stretches(from: number, to: number): Generator<Stretch> {
  for (let index = Math.floor(from / SEGMENT_PAGES); index * SEGMENT_PAGES < to; index++) {
    const start = index * SEGMENT_PAGES
    yield { index, from: Math.max(0, from - start), to: Math.min(SEGMENT_PAGES, to - start) }
  }
}

/** The bits of a bitmap of any length: stretches of 2^28 pages, those without a dirty page left out. */
export class Segments {
  readonly #list: (Segment | undefined)[]
  #bytes = 0

  /** @param maxBytes most bytes of memory that it may come to have */
  constructor(
    readonly engine: Engine,
    readonly length: number,
    private readonly maxBytes = Number.POSITIVE_INFINITY,
  ) {
    this.#list = new Array(Math.ceil(length / SEGMENT_PAGES)).fill(undefined)
  }

  get count(): number {
    return this.#list.length
  }

  /** A segment that may be written; made when it is not there. */
  require(index: number): Segment {
    const found = this.#list[index]
    if (found !== undefined) return found
    const pages = Math.min(SEGMENT_PAGES, this.length - index * SEGMENT_PAGES)
    const bytes = Math.ceil(pages / 8)
    if (this.#bytes + bytes > this.maxBytes) {
      const message = `The dirty pages lie so far apart that the bitmap needs more than ${this.maxBytes} bytes; raise maxBytes.`
      throw new BitmapError('dirty-bitmap/out-of-memory', message)
    }
    const segment = this.engine.allocate(pages)
    this.#list[index] = segment
    this.#bytes += bytes
    return segment
  }

  /** A segment, where it has dirty pages. */
  peek(index: number): Segment | undefined {
    return this.#list[index]
  }

  release(): void {
    for (const segment of this.#list) segment?.release()
    this.#list.fill(undefined)
  }

  countDirty(from: number, to: number): number {
    let total = 0
    for (const part of stretches(from, to)) total += this.#list[part.index]?.count(part.from, part.to) ?? 0
    return total
  }

  set(from: number, to: number, dirty: boolean): void {
    for (const part of stretches(from, to)) {
      const segment = dirty ? this.require(part.index) : this.#list[part.index]
      segment?.set(part.from, part.to, dirty)
    }
  }

  /** Takes bytes for the pages from `page` on, a multiple of 8. */
  load(bytes: Uint8Array, page: number): void {
    const end = Math.min(this.length, page + 8 * bytes.length)
    for (const part of stretches(page, end)) {
      const first = (part.index * SEGMENT_PAGES + part.from - page) / 8
      this.require(part.index).load(bytes.subarray(first, first + Math.ceil((part.to - part.from) / 8)), part.from)
    }
  }

  combine(operation: Operation, others: Segments): void {
    const keepsMine = operation !== 'and'
    for (let index = 0; index < this.count; index++) {
      const other = others.peek(index)
      if (other !== undefined && (this.#list[index] !== undefined || operation === 'or' || operation === 'xor')) {
        this.require(index).combine(operation, other)
      } else if (other === undefined && !keepsMine) {
        this.#list[index]?.release()
        this.#list[index] = undefined
      }
    }
  }

  equals(others: Segments): boolean {
    for (let index = 0; index < this.count; index++) {
      const [mine, other] = [this.#list[index], others.peek(index)]
      if (mine !== undefined && other !== undefined) {
        if (!mine.equals(other)) return false
      } else if ((mine ?? other)?.nextDirty(0) !== (mine ?? other)?.pages) return false
    }
    return true
  }

  /** Number of the next dirty page; undefined where there is none. */
  nextDirty(from: number): number | undefined {
    for (const part of stretches(from, this.length)) {
      const segment = this.#list[part.index]
      const found = segment?.nextDirty(part.from)
      if (segment !== undefined && found !== segment.pages) return part.index * SEGMENT_PAGES + (found as number)
    }
    return undefined
  }

  /** Number of the next clean page; undefined where there is none. */
  nextClean(from: number): number | undefined {
    for (const part of stretches(from, this.length)) {
      const segment = this.#list[part.index]
      const found = segment === undefined ? part.from : segment.nextClean(part.from)
      if (found < part.to) return part.index * SEGMENT_PAGES + found
    }
    return undefined
  }

  writePages(into: PageArray, from: number): Filled {
    let filled = 0
    for (const part of stretches(from, this.length)) {
      const start = part.index * SEGMENT_PAGES
      const segment = this.#list[part.index]
      if (segment === undefined) continue
      const { count, next } = segment.writePages(into, filled, part.from, start)
      filled += count
      if (next !== undefined) return { count: filled, next: start + next }
    }
    return { count: filled, next: undefined }
  }

  writeRanges(into: PageArray, from: number): Filled {
    let filled = 0
    let start = from
    for (;;) {
      const first = this.nextDirty(start)
      if (first === undefined) return { count: filled, next: undefined }
      if (2 * filled + 1 >= into.length) return { count: filled, next: first }
      const index = Math.floor(first / SEGMENT_PAGES)
      const offset = index * SEGMENT_PAGES
      const segment = this.require(index)
      const { count, next } = segment.writeRanges(into, 2 * filled, first - offset, offset)
      filled += count
      if (next !== undefined) {
        start = offset + next
        continue
      }
      // A run that goes to the end of its segment may go on in the next.
      const last = 2 * filled - 2
      const end = (into[last] as number) + (into[last + 1] as number)
      start = end
      if (end === offset + SEGMENT_PAGES) {
        start = this.nextClean(end) ?? this.length
        into[last + 1] = start - (into[last] as number)
      } else start = offset + SEGMENT_PAGES
      if (start >= this.length) return { count: filled, next: undefined }
    }
  }

  /** Takes `length` pages of another bitmap from page `from` on. */
  copy(others: Segments, from: number): void {
    for (let index = 0; index < this.count; index++) {
      const start = from + index * SEGMENT_PAGES
      const end = Math.min(from + this.length, start + SEGMENT_PAGES)
      if ((others.nextDirty(start) ?? end) >= end) continue
      this.#copyPart(others, index, start, end)
    }
  }

  #copyPart(others: Segments, index: number, start: number, end: number): void {
    const target = this.require(index)
    const [part, rest] = [...stretches(start, end)]
    const source = part && others.peek(part.index)
    if (part !== undefined && source !== undefined) target.copy(source, part.from, part.to - part.from)
    const next = rest && others.peek(rest.index)
    if (part === undefined || rest === undefined || next === undefined) return
    // What comes from the following segment does not start on a word: run by run.
    const offset = part.to - part.from
    for (let first = next.nextDirty(0); first < rest.to; ) {
      const last = Math.min(next.nextClean(first), rest.to)
      target.set(offset + first, offset + last, true)
      first = next.nextDirty(last)
    }
  }
}

/** @throws BitmapError `dirty-bitmap/array-too-narrow` */
export function checkArray(into: PageArray, length: number): void {
  if (into instanceof Float64Array || length <= 2 ** 32) return
  throw new BitmapError(
    'dirty-bitmap/array-too-narrow',
    `Page numbers go up to ${length - 1}; give a Float64Array, numbers of 2^32 and more do not fit a Uint32Array.`,
  )
}
