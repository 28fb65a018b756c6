/** A byte buffer that grows with what is really written. */
export class Writer {
  bytes: Uint8Array
  view: DataView
  position = 0
  /** End of the frame being written, where a field states it. */
  end: number | undefined = undefined

  constructor(capacity = 256) {
    this.bytes = new Uint8Array(capacity)
    this.view = new DataView(this.bytes.buffer)
  }

  /** Makes room for `length` bytes and returns the offset of the first. */
  reserve(length: number): number {
    const offset = this.position
    this.position = offset + length
    if (this.position > this.bytes.length) this.grow(this.position)
    return offset
  }

  append(run: Uint8Array): void {
    // Making room may replace the buffer, so it comes first.
    const offset = this.reserve(run.length)
    this.bytes.set(run, offset)
  }

  /** The bytes written, exactly. */
  finish(): Uint8Array {
    return this.position === this.bytes.length ? this.bytes : this.bytes.slice(0, this.position)
  }

  private grow(needed: number): void {
    const larger = new Uint8Array(Math.max(needed, this.bytes.length * 2))
    larger.set(this.bytes)
    this.bytes = larger
    this.view = new DataView(larger.buffer)
  }
}
