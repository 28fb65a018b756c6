/**
 * Bytes that have come in and are not taken yet. Chunks that are used up where they came in are never copied; only what
 * straddles two of them is, and only that much.
 */
export class Window {
  #bytes: Uint8Array = new Uint8Array(0)
  #view: DataView = new DataView(new ArrayBuffer(0))
  #at = 0
  #end = 0
  /** Whether `#bytes` is memory of our own, which may be written to behind `#end`. */
  #isOwn = false
  #base = 0
  #isOver = false

  /** Offset of the next byte in the whole input. */
  get offset(): number {
    return this.#base + this.#at
  }

  /** Bytes that are here. */
  get available(): number {
    return this.#end - this.#at
  }

  /** Whether no more bytes will come. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** The memory that holds the bytes; the next byte is at `position`. Valid until the next push. */
  get bytes(): Uint8Array {
    return this.#bytes
  }

  /** A view of the same memory. */
  get view(): DataView {
    return this.#view
  }

  /** Index of the next byte in `bytes`. */
  get position(): number {
    return this.#at
  }

  /** Index behind the last byte that is here. */
  get limit(): number {
    return this.#end
  }

  /** Adds a chunk; views that were given before are no longer valid. */
  push(chunk: Uint8Array): void {
    const left = this.#end - this.#at
    if (left === 0) {
      this.#base += this.#at
      this.#use(chunk, 0, chunk.length, false)
      return
    }
    const needed = left + chunk.length
    if (this.#isOwn && this.#end + chunk.length <= this.#bytes.length) {
      this.#bytes.set(chunk, this.#end)
      this.#end += chunk.length
      return
    }
    const fits = this.#isOwn && needed <= this.#bytes.length
    // Twice the need, so that many small chunks do not copy everything each time.
    const target = fits ? this.#bytes : new Uint8Array(needed * 2)
    target.set(this.#bytes.subarray(this.#at, this.#end))
    target.set(chunk, left)
    this.#base += this.#at
    this.#use(target, 0, needed, true)
  }

  /** Copies what is left of a chunk, so that its owner may write to it again. */
  keep(): void {
    if (this.#isOwn) return
    // Node's Buffer would give a view as its slice.
    const left = new Uint8Array(this.#bytes.subarray(this.#at, this.#end))
    this.#base += this.#at
    this.#use(left, 0, left.length, true)
  }

  /** No more bytes will come. */
  end(): void {
    this.#isOver = true
  }

  /** The next bytes, not taken; `length` of them have to be here. */
  peek(length: number): Uint8Array {
    return this.#bytes.subarray(this.#at, this.#at + length)
  }

  /** Takes the next bytes; `length` of them have to be here. The view is valid until the next push. */
  take(length: number): Uint8Array {
    const bytes = this.peek(length)
    this.#at += length
    return bytes
  }

  /** Passes over bytes; `length` of them have to be here. */
  skip(length: number): void {
    this.#at += length
  }

  /** Takes as many bytes as are here, at most `most`. */
  takeUpTo(most: number): Uint8Array {
    return this.take(Math.min(most, this.available))
  }

  #use(bytes: Uint8Array, at: number, end: number, isOwn: boolean): void {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#at = at
    this.#end = end
    this.#isOwn = isOwn
  }
}
