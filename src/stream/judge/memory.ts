import { findBitmapForm, roaringEnd, runLengthsEnd } from '../../dirty-bitmap/index.ts'
import { counted, DecodeError, hexOffset } from '../../findings/index.ts'
import type { Value } from '../../layout/index.ts'
import { type PlacedRecord, placeOf, type RecordPlace } from '../integrity.ts'
import type { dirtyBitmapPayload, memoryPagesPayload, memoryRegionPayload } from '../payload.layout.ts'
import { payloadOf, rawPayload } from '../record.ts'
import type { Context, StreamRule } from './context.ts'
import { AddressRanges } from './ranges.ts'

type Region = Pick<Value<typeof memoryRegionPayload>, 'base' | 'length' | 'pageSize'>
type Bitmap = Value<typeof dirtyBitmapPayload>
type Pages = Value<typeof memoryPagesPayload>

/** So many regions, and parts that wait for more chunks, are followed. */
const MOST_REGIONS = 16384
const MOST_OPEN = 4096
/** Addresses that 64 bits can state. */
const ADDRESSES = 2n ** 64n

/** Number of pages up to the last dirty one; 0 where only decoding all would tell. @throws DecodeError */
function endOf(encoding: string): ((data: Uint8Array) => number) | undefined {
  if (encoding === 'raw') return () => 0
  if (encoding === 'roaring' || encoding === 'roaring-64') return (data) => roaringEnd(data, encoding === 'roaring-64')
  if (encoding === 'run-lengths') return runLengthsEnd
  const form = findBitmapForm(encoding)
  if (form === undefined) return undefined
  return (data) => {
    form.format.decode(data)
    return 0
  }
}

/** A part of which the bytes are counted. */
interface Counting {
  length: number
  chunks: number
  /** What is to be said of the number in the end. */
  finish(length: number): void
}

/** Dirty bitmaps and pages against the regions that were declared. Of their content nothing is kept. */
export class MemoryRule implements StreamRule {
  readonly #regions = new Map<number, Region>()
  readonly #memory = new AddressRanges()
  /** Whether a region was declared that could not be read. */
  #isUnclear = false
  readonly #told = new Set<number>()
  #hasToldOfBitmaps = false
  readonly #open = new Map<number, Counting>()

  constructor(private readonly context: Context) {}

  see(placed: PlacedRecord): void {
    const { type } = placed.record.header.kind
    if (type === 'memory-region') this.#region(placed)
    else if (type === 'dirty-bitmap') {
      this.#count(placed, payloadOf<Bitmap>(placed.record), (payload) => this.#bitmap(placed, payload))
    } else if (type === 'memory-pages') {
      this.#count(placed, payloadOf<Pages>(placed.record), (payload) => this.#pages(placed, payload))
    }
  }

  #region(placed: PlacedRecord): void {
    const region = payloadOf<Value<typeof memoryRegionPayload>>(placed.record)
    if (region === undefined || this.#regions.size === MOST_REGIONS || this.#memory.size === MOST_REGIONS)
      this.#isUnclear = true
    else {
      const { region: number, base, length, pageSize } = region
      const before = this.#regions.get(number)
      this.#regions.set(number, { base, length, pageSize })
      if (before === undefined) this.#geometry(placed, region)
      else if (before.base !== base || before.length !== length || before.pageSize !== pageSize) {
        const message = `Region ${number} was declared before, at ${hexOffset(before.base)}, with ${before.length} bytes in pages of ${before.pageSize}.`
        this.context.say('stream/region-repeated', message, placed, ['payload', 'region'])
      }
      this.#memory.add(base, base + length)
    }
  }

  /** What a region states by itself, and against those before it. */
  #geometry(placed: PlacedRecord, { region, base, length, pageSize }: Value<typeof memoryRegionPayload>): void {
    const end = base + length
    this.#place(placed, base, end, pageSize)
    if (length === 0n || !this.#memory.meets(base, end)) return
    const message = `Region ${region}, ${hexOffset(base)} to ${hexOffset(end)}, has addresses of a region before it.`
    this.context.say('stream/regions-overlap', message, placed, ['payload', 'base'])
  }

  /** Pages of a region, or of a bitmap, by themselves; false where there are no such addresses. */
  #place(place: RecordPlace, base: bigint, end: bigint, pageSize: number): boolean {
    if (pageSize === 0 || (pageSize & (pageSize - 1)) !== 0) {
      const message = `Pages of ${counted(pageSize, 'byte')} are no power of two.`
      this.context.say('stream/region-page-size', message, place, ['payload', 'pageSize'])
    }
    if (end <= ADDRESSES) return true
    const message = `Memory from ${hexOffset(base)} to ${hexOffset(end)} ends behind 64 bits of address.`
    this.context.say('stream/beyond-address-space', message, place, ['payload', 'base'])
    return false
  }

  /** Counts the bytes of a part over its chunks; the first says what is expected. */
  #count<P extends { readonly data: Uint8Array }>(
    { record }: PlacedRecord,
    payload: P | undefined,
    begin: (payload: P) => Counting['finish'],
  ): void {
    const { part, chunk, flags } = record.header
    const isFirst = chunk === 0
    const data = flags.deflated ? undefined : isFirst ? payload?.data : rawPayload(record)
    const open =
      isFirst && payload !== undefined ? { length: 0, chunks: 0, finish: begin(payload) } : this.#open.get(part)
    this.#open.delete(part)
    if (data === undefined || open === undefined || open.chunks !== chunk) return
    open.length += data.length
    open.chunks += 1
    if (flags.last) open.finish(open.length)
    else if (this.#open.size < MOST_OPEN) this.#open.set(part, open)
  }

  #bitmap(placed: PlacedRecord, bitmap: Bitmap): Counting['finish'] {
    const { base, pages, pageSize, encoding } = bitmap
    const place = placeOf(placed)
    const end = base + pages * BigInt(pageSize)
    const isThere = this.#place(place, base, end, pageSize)
    if (this.#regions.size === 0) {
      const isSilent = this.#hasToldOfBitmaps || this.#isUnclear || !this.context.isWhole
      if (!isSilent)
        this.context.say('stream/bitmap-without-region', 'No memory region comes before this bitmap.', place)
      this.#hasToldOfBitmaps ||= !isSilent
    } else if (isThere && end > base && !(this.#isUnclear || !this.context.isWhole) && !this.#holds(base, end)) {
      const message = `The bitmap is about ${hexOffset(base)} to ${hexOffset(end)}; no region that was declared holds both ends.`
      this.context.say('stream/bitmap-outside-memory', message, place)
    }
    const { flags } = placed.record.header
    if (flags.last) this.#content(bitmap, place)
    return (length) => {
      const [least, words] = [(pages + 7n) / 8n, 8n * ((pages + 63n) / 64n)]
      if (encoding !== 'raw' || BigInt(length) === least || BigInt(length) === words) return
      const message = `The bitmap has ${counted(length, 'byte')}; ${pages} pages take ${least}, or ${words} in whole words.`
      this.context.say('stream/bitmap-length', message, place, ['payload', 'data'])
    }
  }

  /** Whether the bytes are of their encoding, and which pages they have where that is told without making a bitmap. */
  #content({ encoding, data, pages }: Bitmap, place: RecordPlace): void {
    const end = endOf(encoding)
    if (end === undefined) {
      const message = `No encoding of bitmaps is called ${JSON.stringify(encoding)}.`
      this.context.say('stream/unknown-encoding', message, place, ['payload', 'encoding'])
      return
    }
    try {
      const found = BigInt(end(data))
      if (found <= pages) return
      const message = `Page ${found - 1n} is dirty; the bitmap is about ${pages}.`
      this.context.say('stream/bitmap-page-outside', message, place, ['payload', 'data'])
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      const message = `The bitmap is no ${encoding}: expected ${error.expected}, found ${error.found}.`
      this.context.say('stream/bitmap-not-decoded', message, place, ['payload', 'data'])
    }
  }

  /** Whether memory begins before a range and goes on behind it. Holes between are no pages, and never dirty. */
  #holds(base: bigint, end: bigint): boolean {
    return this.#memory.has(base) && this.#memory.has(end - 1n)
  }

  #pages(placed: PlacedRecord, { region: number, firstPage, pages, content }: Pages): Counting['finish'] {
    const place = placeOf(placed)
    const region = this.#regions.get(number)
    if (region === undefined) {
      this.#undeclared(number, place)
    } else if ((firstPage + BigInt(pages)) * BigInt(region.pageSize) > region.length) {
      const all = region.pageSize === 0 ? 0n : region.length / BigInt(region.pageSize)
      const message = `Pages ${firstPage} to ${firstPage + BigInt(pages) - 1n} are of region ${number}, which has ${all}.`
      this.context.say('stream/pages-outside-region', message, place)
    }
    return (length) => {
      const wanted = wantedBytes(content, pages, region)
      if (wanted === undefined || wanted === BigInt(length)) return
      const message = `The content has ${counted(length, 'byte')}; ${counted(pages, 'page')} (${content}) of region ${number} take ${wanted}.`
      this.context.say('stream/pages-length', message, place, ['payload', 'data'])
    }
  }

  #undeclared(number: number, place: RecordPlace): void {
    const isSilent = this.#told.has(number) || this.#isUnclear || !this.context.isWhole
    if (isSilent || this.#told.size === MOST_REGIONS) return
    this.#told.add(number)
    const message = `No record before these pages declares region ${number}.`
    this.context.say('stream/region-undeclared', message, place, ['payload', 'region'])
  }
}

/** Undefined where it is not known. */
function wantedBytes(content: Pages['content'], pages: number, region: Region | undefined): bigint | undefined {
  if (content === 'fill') return 1n
  return content === 'data' && region !== undefined ? BigInt(pages) * BigInt(region.pageSize) : undefined
}
