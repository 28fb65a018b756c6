import type { Engine, Filled, Operation, PageArray, Segment } from './segment.ts'
import { type LoadedKernel, loadKernel, SCRATCH_WORDS } from './wasm-kernel.ts'

/** Where a bulk call of the kernel came to the end. */
const AT_END = 0xffff_ffff

/**
 * A segment in the kernel's memory. Behind its bits lies a summary, a bit for each group of pages: clear where the
 * group is known to be empty, so that sparse maps are read without looking at most of them.
 */
class WasmSegment implements Segment {
  readonly #at: number
  readonly #bytes: number
  readonly #summaryBytes: number

  constructor(
    readonly loaded: LoadedKernel,
    readonly pages: number,
  ) {
    this.#bytes = 64 * Math.ceil(pages / 512)
    this.#summaryBytes = 8 * Math.ceil(pages / loaded.groupPages / 64)
    this.#at = loaded.owned.allocate(this.#bytes + this.#summaryBytes)
  }

  get #end(): number {
    return this.#at + this.#bytes
  }

  get #summary(): number {
    return this.#end
  }

  fill<R>(change: (bytes: Uint8Array) => R): R {
    try {
      return this.read(change)
    } finally {
      this.#settle()
    }
  }

  read<R>(use: (bytes: Uint8Array) => R): R {
    return use(new Uint8Array(this.loaded.owned.memory.buffer, this.#at, Math.ceil(this.pages / 8)))
  }

  load(bytes: Uint8Array, page: number): void {
    const { kernel } = this.loaded
    const from = page / 8
    this.read((target) => target.set(bytes.subarray(0, target.length - from), from))
    kernel.setBits(this.#at, this.pages, 8 * this.#bytes, false)
    kernel.summarise(this.#at, from, Math.min(this.#bytes, from + bytes.length), this.#end, this.#summary)
  }

  count(from: number, to: number): number {
    return this.loaded.kernel.count(this.#at, this.#summary, from, to)
  }

  set(from: number, to: number, dirty: boolean): void {
    const { kernel, groupPages } = this.loaded
    kernel.setBits(this.#at, from, to, dirty)
    if (dirty && from < to) {
      kernel.setBits(this.#summary, Math.floor(from / groupPages), Math.ceil(to / groupPages), true)
    }
  }

  combine(operation: Operation, given: Segment): void {
    this.#with(given, (other) => {
      const { kernel } = this.loaded
      kernel[operation](this.#at, other.#at, this.#end)
      // What was empty on both sides stays so; groups that became empty may stay marked.
      if (operation === 'andNot') return
      const [mine, theirs] = [this.#summaryView(), other.#summaryView()]
      const isAnd = operation === 'and'
      for (let at = 0; at < mine.length; at++) {
        const [a, b] = [mine[at] as number, theirs[at] as number]
        mine[at] = isAnd ? a & b : a | b
      }
    })
  }

  equals(given: Segment): boolean {
    return this.#with(given, (other) => this.loaded.kernel.equal(this.#at, other.#at, this.#end) !== 0)
  }

  nextDirty(from: number): number {
    return this.loaded.kernel.nextSet(this.#at, this.#summary, from, this.pages)
  }

  nextClean(from: number): number {
    return this.loaded.kernel.nextClear(this.#at, from, this.pages)
  }

  writePages(into: PageArray, at: number, from: number, base: number): Filled {
    const { kernel, owned, scratch } = this.loaded
    const added = into instanceof Uint32Array ? base : 0
    const words = new Uint32Array(owned.memory.buffer, scratch, SCRATCH_WORDS)
    let [filled, position] = [at, from]
    while (filled < into.length) {
      const capacity = Math.min(SCRATCH_WORDS, into.length - filled)
      const count = kernel.pages(this.#at, this.#summary, this.#end, position, added, scratch, capacity)
      if (into instanceof Uint32Array) into.set(words.subarray(0, count), filled)
      else for (let index = 0; index < count; index++) into[filled + index] = (words[index] as number) + base
      filled += count
      position = kernel.next() >>> 0
      if (position === AT_END) return { count: filled - at, next: undefined }
    }
    return { count: filled - at, next: position }
  }

  writeRanges(into: PageArray, at: number, from: number, base: number): Filled {
    const { kernel, owned, scratch } = this.loaded
    const words = new Uint32Array(owned.memory.buffer, scratch, SCRATCH_WORDS)
    let [filled, position] = [at, from]
    while (filled + 1 < into.length) {
      const capacity = Math.min(SCRATCH_WORDS, into.length - filled) >> 1
      const count = kernel.ranges(this.#at, this.#summary, this.pages, position, scratch, capacity)
      if (base === 0) into.set(words.subarray(0, 2 * count), filled)
      else {
        for (let index = 0; index < 2 * count; index += 2) {
          into[filled + index] = (words[index] as number) + base
          into[filled + index + 1] = words[index + 1] as number
        }
      }
      filled += 2 * count
      position = kernel.next() >>> 0
      if (position === AT_END) return { count: (filled - at) / 2, next: undefined }
    }
    return { count: (filled - at) / 2, next: position }
  }

  copy(given: Segment, from: number, count: number): void {
    this.#with(given, (other) => this.loaded.kernel.copyBits(other.#at, from, this.#at, count))
    this.#settle()
  }

  release(): void {
    this.loaded.owned.release(this.#at, this.#bytes + this.#summaryBytes)
  }

  #summaryView(): Uint32Array {
    return new Uint32Array(this.loaded.owned.memory.buffer, this.#summary, this.#summaryBytes / 4)
  }

  /** Clears what lies behind the last page, and learns which groups are empty. */
  #settle(): void {
    const { kernel } = this.loaded
    kernel.setBits(this.#at, this.pages, 8 * this.#bytes, false)
    kernel.summarise(this.#at, 0, this.#bytes, this.#end, this.#summary)
  }

  /** Uses a segment of another kind through a copy in this memory. */
  #with<R>(given: Segment, use: (other: WasmSegment) => R): R {
    if (given instanceof WasmSegment) return use(given)
    const other = new WasmSegment(this.loaded, given.pages)
    try {
      other.fill((target) => given.read((bytes) => target.set(bytes)))
      return use(other)
    } finally {
      other.release()
    }
  }
}

/** Segments of the WebAssembly kernel; undefined where it cannot run. */
export function wasmEngine(): Engine | undefined {
  const loaded = loadKernel()
  return loaded && { name: 'wasm', allocate: (pages) => new WasmSegment(loaded, pages) }
}
