import { CaptureError } from './errors.ts'

/** Bytes that grow as they are read, up to a limit. */
export class ByteSink {
  buffer = new Uint8Array(4096)
  length = 0
  readonly maxBytes: number

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes
  }

  /** Makes room for `more` bytes behind the present ones. */
  reserve(more: number): void {
    const wanted = this.length + more
    if (wanted <= this.buffer.length) return
    const grown = new Uint8Array(Math.max(wanted, Math.min(this.buffer.length * 2, this.maxBytes)))
    grown.set(this.buffer.subarray(0, this.length))
    this.buffer = grown
  }

  /** Repeats the last `row` bytes until `more` further bytes are there. */
  repeat(row: number, more: number, line: number): void {
    this.#refuse(this.length + more, line)
    this.reserve(more)
    const { buffer } = this
    const end = this.length + more
    let filled = row
    let at = this.length
    // Doubles what is copied, so that a long repetition takes few steps.
    while (at < end) {
      const count = Math.min(filled, end - at)
      buffer.copyWithin(at, this.length - row, this.length - row + count)
      at += count
      filled += count
    }
    this.length = end
  }

  /** Refuses more bytes than the limit; called once a row, so that the check costs nothing a byte. */
  checkLimit(line: number): void {
    this.#refuse(this.length, line)
  }

  take(): Uint8Array {
    // A tight buffer: views of an over-long one would keep twice the memory alive.
    return this.buffer.slice(0, this.length)
  }

  #refuse(wanted: number, line: number): void {
    if (wanted <= this.maxBytes) return
    throw new CaptureError({
      code: 'capture/too-large',
      line,
      expected: `at most ${this.maxBytes} bytes in all`,
      found: `${wanted} or more`,
    })
  }
}
