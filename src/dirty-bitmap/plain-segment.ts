import { lowestBit, popCount } from './bits.ts'
import type { Engine, Filled, Operation, PageArray, Segment } from './segment.ts'

/** A segment in an array of its own, for platforms that forbid WebAssembly. Words are little-endian, whatever the platform. */
class PlainSegment implements Segment {
  /** One word more than the bits need, so that every page has a word behind its own. */
  readonly #words: Uint32Array

  constructor(readonly pages: number) {
    this.#words = new Uint32Array(Math.ceil(pages / 32) + 1)
  }

  fill<R>(change: (bytes: Uint8Array) => R): R {
    try {
      return this.#exposed(change)
    } finally {
      this.#clearTail()
    }
  }

  read<R>(use: (bytes: Uint8Array) => R): R {
    return this.#exposed(use)
  }

  load(bytes: Uint8Array, page: number): void {
    this.fill((target) => target.set(bytes.subarray(0, target.length - page / 8), page / 8))
  }

  count(from: number, to: number): number {
    if (from >= to) return 0
    const [first, last] = [from >>> 5, to >>> 5]
    const head = -1 << (from & 31)
    const tail = ~(-1 << (to & 31))
    const word = (index: number) => this.#words[index] as number
    if (first === last) return popCount(word(first) & head & tail)
    let total = popCount(word(first) & head) + popCount(word(last) & tail)
    for (let index = first + 1; index < last; index++) total += popCount(word(index))
    return total
  }

  set(from: number, to: number, dirty: boolean): void {
    if (from >= to) return
    const [first, last] = [from >>> 5, to >>> 5]
    const head = -1 << (from & 31)
    const tail = ~(-1 << (to & 31))
    if (first === last) return this.#put(first, head & tail, dirty)
    this.#put(first, head, dirty)
    this.#words.fill(dirty ? 0xffff_ffff : 0, first + 1, last)
    this.#put(last, tail, dirty)
  }

  combine(operation: Operation, given: Segment): void {
    const [mine, theirs] = [this.#words, wordsOf(given)]
    const each = COMBINE[operation]
    each(mine, theirs)
  }

  equals(given: Segment): boolean {
    const theirs = wordsOf(given)
    return this.#words.every((word, index) => word === theirs[index])
  }

  nextDirty(from: number): number {
    return this.#next(from, 0)
  }

  nextClean(from: number): number {
    return this.#next(from, -1)
  }

  writePages(into: PageArray, at: number, from: number, base: number): Filled {
    const words = this.#words
    let filled = at
    let keep = -1 << (from & 31)
    for (let index = from >>> 5; index < words.length; index++) {
      let bits = (words[index] as number) & keep
      keep = -1
      while (bits !== 0) {
        const page = 32 * index + lowestBit(bits)
        if (filled === into.length) return { count: filled - at, next: page }
        into[filled++] = base + page
        bits &= bits - 1
      }
    }
    return { count: filled - at, next: undefined }
  }

  writeRanges(into: PageArray, at: number, from: number, base: number): Filled {
    let filled = at
    let first = this.nextDirty(from)
    while (first < this.pages) {
      if (filled + 1 >= into.length) return { count: (filled - at) / 2, next: first }
      const end = this.nextClean(first)
      into[filled++] = base + first
      into[filled++] = end - first
      first = this.nextDirty(end)
    }
    return { count: (filled - at) / 2, next: undefined }
  }

  copy(given: Segment, from: number, count: number): void {
    const source = wordsOf(given)
    const shift = from & 31
    const words = Math.ceil(count / 32)
    for (let index = 0; index < words; index++) {
      const at = (from >>> 5) + index
      const low = (source[at] as number) >>> shift
      this.#words[index] = shift === 0 ? low : low | ((source[at + 1] ?? 0) << (32 - shift))
    }
    this.set(count, Math.min(this.pages, 32 * words), false)
    this.#clearTail()
  }

  release(): void {}

  /** Words of a segment of this kind. */
  get words(): Uint32Array {
    return this.#words
  }

  #next(from: number, flip: number): number {
    const words = this.#words
    let keep = -1 << (from & 31)
    for (let index = from >>> 5; index < words.length; index++) {
      const bits = ((words[index] as number) ^ flip) & keep
      if (bits !== 0) return Math.min(this.pages, 32 * index + lowestBit(bits))
      keep = -1
    }
    return this.pages
  }

  #put(index: number, mask: number, dirty: boolean): void {
    const old = this.#words[index] as number
    this.#words[index] = dirty ? old | mask : old & ~mask
  }

  #clearTail(): void {
    this.set(this.pages, 32 * this.#words.length - 1, false)
  }

  /** The bytes as on the wire; on a big-endian platform through a swap of the words there and back. */
  #exposed<R>(use: (bytes: Uint8Array) => R): R {
    const bytes = new Uint8Array(this.#words.buffer, 0, Math.ceil(this.pages / 8))
    if (LITTLE) return use(bytes)
    swapWords(this.#words)
    try {
      return use(bytes)
    } finally {
      swapWords(this.#words)
    }
  }
}

const LITTLE = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

function swapWords(words: Uint32Array): void {
  const view = new DataView(words.buffer)
  for (let at = 0; at < words.byteLength; at += 4) view.setUint32(at, view.getUint32(at, true), false)
}

/** One loop for each operation, so that the engine can make straight code of it. */
const COMBINE: Readonly<Record<Operation, (mine: Uint32Array, theirs: Uint32Array) => void>> = {
  or(mine, theirs) {
    for (let at = 0; at < mine.length; at++) mine[at] = (mine[at] as number) | (theirs[at] as number)
  },
  and(mine, theirs) {
    for (let at = 0; at < mine.length; at++) mine[at] = (mine[at] as number) & (theirs[at] as number)
  },
  andNot(mine, theirs) {
    for (let at = 0; at < mine.length; at++) mine[at] = (mine[at] as number) & ~(theirs[at] as number)
  },
  xor(mine, theirs) {
    for (let at = 0; at < mine.length; at++) mine[at] = (mine[at] as number) ^ (theirs[at] as number)
  },
}

/** The words of a segment, copied where it is of another kind. */
function wordsOf(segment: Segment): Uint32Array {
  if (segment instanceof PlainSegment) return segment.words
  const copy = new PlainSegment(segment.pages)
  copy.fill((target) => segment.read((bytes) => target.set(bytes)))
  return copy.words
}

export const plainEngine: Engine = { name: 'typescript', allocate: (pages) => new PlainSegment(pages) }
