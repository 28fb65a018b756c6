import { type EngineName, engineOf } from './engine.ts'
import { BitmapError } from './errors.ts'
import { checkGeometry, checkRange, checkSameGeometry, type Geometry } from './geometry.ts'
import { allRanges, eachPage, eachRange } from './iterate.ts'
import { resize, resized } from './resize.ts'
import { type Filled, type Operation, type PageArray, SEGMENT_PAGES } from './segment.ts'
import { checkArray, Segments } from './segments.ts'

/** What a bitmap is made for. */
export interface BitmapOptions extends Omit<Geometry, 'length'> {
  /** Number of pages; all that the content speaks of unless said. */
  readonly length?: number
  /** Who does the bulk work: the fastest way that runs here unless said. */
  readonly engine?: EngineName
  /** Most bytes of memory that the bitmap may come to have; no limit unless said, 256 MiB for what is decoded. */
  readonly maxBytes?: number
}

/** First page and number of pages of a run. */
export type PageRange = readonly [first: number, count: number]

/** Gives the memory of bitmaps back that were forgotten and not disposed of. */
const forgotten = new FinalizationRegistry<Segments>((segments) => segments.release())

/**
 * Which pages of a guest are dirty: a set of page numbers from 0 to below `length`, up to 2^40. Bit n of the wire forms
 * is page n. Memory is taken for stretches of 2^28 pages that have dirty ones, outside the JavaScript heap where
 * WebAssembly runs: `dispose()` gives it back at once, the garbage collector does so some time.
 */
export class DirtyBitmap implements Geometry {
  readonly pageSize: number
  readonly base: bigint
  /** Number of pages. */
  readonly length: number
  #segments: Segments | undefined

  private constructor(geometry: Geometry, engine: EngineName | undefined, maxBytes?: number) {
    const { pageSize, base, length } = checkGeometry(geometry)
    this.pageSize = pageSize
    this.base = base
    this.length = length
    this.#segments = new Segments(engineOf(engine), length, maxBytes)
    forgotten.register(this, this.#segments, this)
  }

  /** All pages clean. @throws BitmapError */
  static clean(options: BitmapOptions & { readonly length: number }): DirtyBitmap {
    return new DirtyBitmap(options, options.engine, options.maxBytes)
  }

  /**
   * From bytes of which page n is bit n % 8 of byte n / 8. Bits behind `length` (8 for each byte unless said) are left
   * out; bytes that are missing are clean pages.
   */
  static fromBytes(bytes: Uint8Array, options: BitmapOptions): DirtyBitmap {
    return DirtyBitmap.clean({ ...options, length: options.length ?? 8 * bytes.length }).load(bytes, 0)
  }

  /** From the numbers of dirty pages, in any order. @throws BitmapError for numbers outside */
  static fromPages(pages: Iterable<number>, options: BitmapOptions): DirtyBitmap {
    const known = options.length === undefined ? repeatable(pages) : pages
    const length = options.length ?? greatest(known, (page) => page) + 1
    const bitmap = DirtyBitmap.clean({ ...options, length })
    for (const page of known) bitmap.add(page)
    return bitmap
  }

  /** From runs of dirty pages, in any order; they may overlap. @throws BitmapError for pages outside */
  static fromRanges(ranges: Iterable<PageRange>, options: BitmapOptions): DirtyBitmap {
    const known = options.length === undefined ? repeatable(ranges) : ranges
    const end = ([first, count]: PageRange) => first + count
    const length = options.length ?? Math.max(0, greatest(known, end))
    const bitmap = DirtyBitmap.clean({ ...options, length })
    for (const [first, count] of known) bitmap.add(first, count)
    return bitmap
  }

  static or(a: DirtyBitmap, b: DirtyBitmap): DirtyBitmap {
    return a.clone().or(b)
  }

  static and(a: DirtyBitmap, b: DirtyBitmap): DirtyBitmap {
    return a.clone().and(b)
  }

  static andNot(a: DirtyBitmap, b: DirtyBitmap): DirtyBitmap {
    return a.clone().andNot(b)
  }

  static xor(a: DirtyBitmap, b: DirtyBitmap): DirtyBitmap {
    return a.clone().xor(b)
  }

  /** Who does the bulk work. */
  get engine(): EngineName {
    return this.#live.engine.name
  }

  /**
   * Gives the bytes, at most 32 MiB at a time, to a function that changes them: the only way to bring a file in without
   * a copy. A view is good only until the function returns, which must not make bitmaps meanwhile.
   *
   * @param change gets the bytes and the offset of the first among all bytes
   * @param from stretches without a page from here to before `to` are left out
   */
  fill(change: (bytes: Uint8Array, offset: number) => void, from = 0, to = this.length): this {
    checkRange(from, to, this.length)
    for (const [index, offset] of parts(from, to)) this.#live.require(index).fill((bytes) => change(bytes, offset))
    return this
  }

  /**
   * Takes bytes for the pages from `page` on, in place of what was there.
   *
   * @param page a multiple of 8
   * @throws BitmapError where it lies outside
   */
  load(bytes: Uint8Array, page: number): this {
    checkRange(page, this.length, this.length)
    if (page % 8 !== 0)
      throw new BitmapError('dirty-bitmap/outside', `Bytes start at pages 0, 8 and so on, not ${page}.`)
    this.#live.load(bytes, page)
    return this
  }

  /** Gives the bytes of stretches with dirty pages to a function that only reads them; like `fill` otherwise. */
  read(use: (bytes: Uint8Array, offset: number) => void): void {
    for (const [index, offset] of parts(0, this.length)) this.#live.peek(index)?.read((bytes) => use(bytes, offset))
  }

  /** The bits, `Math.ceil(length / 8)` bytes, page n in bit n % 8 of byte n / 8. */
  toBytes(): Uint8Array {
    const bytes = new Uint8Array(Math.ceil(this.length / 8))
    this.read((part, offset) => bytes.set(part, offset))
    return bytes
  }

  /** Number of dirty pages, from page `from` to before page `to`. */
  count(from = 0, to = this.length): number {
    checkRange(from, to, this.length)
    return this.#live.countDirty(from, to)
  }

  /** Whether a page is dirty; pages outside are not. */
  has(page: number): boolean {
    return Number.isInteger(page) && page >= 0 && page < this.length && this.#live.countDirty(page, page + 1) === 1
  }

  /** Number of the first dirty page from `from` on; undefined where there is none. */
  nextDirty(from = 0): number | undefined {
    checkRange(from, this.length, this.length)
    return this.#live.nextDirty(from)
  }

  /** Number of the first clean page from `from` on; undefined where there is none. */
  nextClean(from = 0): number | undefined {
    checkRange(from, this.length, this.length)
    return this.#live.nextClean(from)
  }

  /** Marks pages dirty. */
  add(first: number, count = 1): this {
    checkRange(first, first + count, this.length)
    this.#live.set(first, first + count, true)
    return this
  }

  /** Marks pages clean. */
  delete(first: number, count = 1): this {
    checkRange(first, first + count, this.length)
    this.#live.set(first, first + count, false)
    return this
  }

  /** The numbers of all dirty pages, rising. */
  pages(): PageArray
  /** Writes numbers of dirty pages from page `from` on; `next` is the page to go on from. @throws BitmapError for an array too narrow */
  pages(into: PageArray, from?: number): Filled
  pages(into?: PageArray, from = 0): PageArray | Filled {
    if (into === undefined) {
      const all = this.#arrayFor(this.count())
      this.#live.writePages(all, 0)
      return all
    }
    checkRange(from, this.length, this.length)
    checkArray(into, this.length)
    return this.#live.writePages(into, from)
  }

  /** All runs of dirty pages: first page and number of pages, one after another. */
  ranges(): PageArray
  /** Writes runs of dirty pages from page `from` on as pairs; `count` counts runs, `next` is the page to go on from. */
  ranges(into: PageArray, from?: number): Filled
  ranges(into?: PageArray, from = 0): PageArray | Filled {
    if (into === undefined) return allRanges(this, (length) => this.#arrayFor(length))
    checkRange(from, this.length, this.length)
    checkArray(into, this.length)
    if (into.length < 2) throw new BitmapError('dirty-bitmap/array-too-short', 'A run takes two elements of the array.')
    return this.#live.writeRanges(into, from)
  }

  /** The numbers of dirty pages, one by one; `pages(into)` is many times faster. */
  eachPage(): Generator<number> {
    return eachPage(this)
  }

  /** The runs of dirty pages, one by one; `ranges(into)` is many times faster. */
  eachRange(): Generator<PageRange> {
    return eachRange(this)
  }

  /** Adds the pages of another. All four change the receiver and return it. @throws BitmapError for another geometry */
  or(other: DirtyBitmap): this {
    return this.#combine('or', other)
  }

  /** Keeps the pages that another has, too. */
  and(other: DirtyBitmap): this {
    return this.#combine('and', other)
  }

  /** Takes away the pages of another. */
  andNot(other: DirtyBitmap): this {
    return this.#combine('andNot', other)
  }

  /** Keeps the pages that only one of both has. */
  xor(other: DirtyBitmap): this {
    return this.#combine('xor', other)
  }

  /** Whether another has the same geometry and the same dirty pages. */
  equals(other: DirtyBitmap): boolean {
    const isSame = this.pageSize === other.pageSize && this.base === other.base && this.length === other.length
    return isSame && this.#live.equals(other.#live)
  }

  clone(): DirtyBitmap {
    return this.slice(0, this.length)
  }

  /** A new bitmap of `count` pages from page `first` on. */
  slice(first: number, count: number = this.length - first): DirtyBitmap {
    checkRange(first, first + count, this.length)
    const base = this.base + BigInt(first) * BigInt(this.pageSize)
    const part = new DirtyBitmap({ pageSize: this.pageSize, base, length: count }, this.engine)
    part.#live.copy(this.#live, first)
    return part
  }

  /**
   * The same memory in pages of another size: a larger page is dirty where any of its bytes may be, smaller ones all are
   * where theirs was. A base that is not a multiple of a larger page is rounded down.
   */
  shiftPageSize(pageSize: number): DirtyBitmap {
    checkGeometry({ pageSize, base: 0n, length: 0 })
    const geometry = resized(this, pageSize)
    const made = new DirtyBitmap(geometry, this.engine)
    resize(this.#live, this, made.#live, geometry)
    return made
  }

  /** Dirty pages of each stretch of `pages` pages; the last one may be shorter. */
  regionCounts(pages: number): Float64Array {
    checkRange(1, pages, Number.POSITIVE_INFINITY)
    const counts = new Float64Array(Math.ceil(this.length / pages))
    for (let at = 0; at < counts.length; at++)
      counts[at] = this.count(at * pages, Math.min(this.length, (at + 1) * pages))
    return counts
  }

  /** Gives the memory back; any later use is a BitmapError. */
  dispose(): void {
    this.#segments?.release()
    this.#segments = undefined
    forgotten.unregister(this)
  }

  get #live(): Segments {
    if (this.#segments !== undefined) return this.#segments
    throw new BitmapError('dirty-bitmap/disposed', 'The bitmap was disposed of; make another one.')
  }

  #combine(operation: Operation, other: DirtyBitmap): this {
    checkSameGeometry(this, other)
    this.#live.combine(operation, other.#live)
    return this
  }

  #arrayFor(count: number): PageArray {
    return this.length <= 2 ** 32 ? new Uint32Array(count) : new Float64Array(count)
  }
}

/** Numbers of the segments that pages lie in, each with the offset of its first byte. */
function* parts(from: number, to: number): Generator<[index: number, offset: number]> {
  for (let index = Math.floor(from / SEGMENT_PAGES); index * SEGMENT_PAGES < to; index++) {
    yield [index, (index * SEGMENT_PAGES) / 8]
  }
}

/** What can be gone through twice, as a generator cannot. */
function repeatable<T>(values: Iterable<T>): Iterable<T> {
  return Array.isArray(values) || ArrayBuffer.isView(values) ? values : [...values]
}

function greatest<T>(values: Iterable<T>, of: (value: T) => number): number {
  let found = -1
  for (const value of values) found = Math.max(found, of(value))
  return found
}
