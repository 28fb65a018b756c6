import { BitmapError } from './errors.ts'

/** Bytes of a page of WebAssembly memory. */
const WASM_PAGE = 65536
/** Blocks start on cache lines. */
const ALIGNMENT = 64

interface Hole {
  address: number
  length: number
}

/** WebAssembly memory that is handed out in blocks, first fit. It grows when it has to and never shrinks. */
export class OwnedMemory {
  /** Free stretches by address, none next to another. */
  readonly #holes: Hole[] = []

  /** @param reserved bytes at the start that are never handed out */
  constructor(
    readonly memory: WebAssembly.Memory,
    reserved: number,
  ) {
    const address = aligned(reserved)
    this.#holes.push({ address, length: this.size - address })
  }

  /** Address of a block of zeros. @throws BitmapError `dirty-bitmap/out-of-memory` */
  allocate(bytes: number): number {
    const length = aligned(bytes)
    const index = this.#fitting(length)
    const hole = this.#holes[index] as Hole
    const { address } = hole
    hole.address += length
    hole.length -= length
    if (hole.length === 0) this.#holes.splice(index, 1)
    new Uint8Array(this.memory.buffer, address, length).fill(0)
    return address
  }

  release(address: number, bytes: number): void {
    const length = aligned(bytes)
    if (length === 0) return
    const found = this.#holes.findIndex((hole) => hole.address > address)
    const index = found === -1 ? this.#holes.length : found
    this.#holes.splice(index, 0, { address, length })
    this.#join(index)
    this.#join(index - 1)
  }

  /** Bytes that the memory has, handed out or not. */
  get size(): number {
    return this.memory.buffer.byteLength
  }

  #fitting(length: number): number {
    const index = this.#holes.findIndex((hole) => hole.length >= length)
    if (index !== -1) return index
    const end = this.size
    const last = this.#holes.at(-1)
    const spare = last !== undefined && last.address + last.length === end ? last.length : 0
    try {
      this.memory.grow(Math.ceil((length - spare) / WASM_PAGE))
    } catch {
      throw new BitmapError(
        'dirty-bitmap/out-of-memory',
        `There is no room for ${length} more bytes of bitmaps; dispose of some, all together have at most 4 GiB.`,
      )
    }
    this.release(end, this.size - end)
    return this.#holes.length - 1
  }

  /** Makes one hole of two that touch. */
  #join(index: number): void {
    const [hole, next] = [this.#holes[index], this.#holes[index + 1]]
    if (hole === undefined || next === undefined || hole.address + hole.length !== next.address) return
    hole.length += next.length
    this.#holes.splice(index + 1, 1)
  }
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT
}
