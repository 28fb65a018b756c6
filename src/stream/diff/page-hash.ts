import { sha256Of } from '../../hash/index.ts'
import { toView } from '../../layout/index.ts'

/** What stands for the content of a page: the first 128 bits of its SHA-256, or the byte that all of its bytes are. */
export type PageHash = readonly [number, number, number, number]

/** Begins what stands for a page of one byte; that a SHA-256 looks so has a chance of 2^-120. */
const UNIFORM = 0xffffffff

/** A page of which all bytes are the same: equal to any other way to state it. */
export const uniform = (byte: number): PageHash => [UNIFORM, UNIFORM, UNIFORM, byte]

export const ZERO = uniform(0)

export const isSamePage = (a: PageHash, b: PageHash) => a[3] === b[3] && a[2] === b[2] && a[1] === b[1] && a[0] === b[0]

/** @param bytes at least one */
export function hashOf(bytes: Uint8Array): PageHash {
  const first = bytes[0] as number
  let at = 1
  while (at < bytes.length && bytes[at] === first) at += 1
  if (at === bytes.length) return uniform(first)
  const view = toView(sha256Of(bytes))
  return [view.getUint32(0), view.getUint32(4), view.getUint32(8), view.getUint32(12)]
}

/** Cuts bytes that come in pieces into units of one size; a unit is a view that is good for the call. */
export class Units {
  readonly #carry: Uint8Array
  #filled = 0

  constructor(
    readonly size: number,
    readonly take: (unit: Uint8Array) => void,
  ) {
    this.#carry = new Uint8Array(size)
  }

  push(bytes: Uint8Array): void {
    let at = 0
    if (this.#filled > 0) {
      at = Math.min(this.size - this.#filled, bytes.length)
      this.#carry.set(bytes.subarray(0, at), this.#filled)
      this.#filled += at
      if (this.#filled < this.size) return
      this.#filled = 0
      this.take(this.#carry)
    }
    for (; at + this.size <= bytes.length; at += this.size) this.take(bytes.subarray(at, at + this.size))
    this.#carry.set(bytes.subarray(at))
    this.#filled = bytes.length - at
  }

  /** Gives what is left, shorter than a unit. */
  end(): void {
    if (this.#filled > 0) this.take(this.#carry.subarray(0, this.#filled))
    this.#filled = 0
  }
}
