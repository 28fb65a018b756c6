/** Chunks of an input, taken in pieces of any length. */
export class Feed {
  readonly #chunks: AsyncIterator<Uint8Array>
  /** What of the last chunk is still to come. */
  #left: Uint8Array = new Uint8Array(0)

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]()
  }

  /** The next bytes, in memory of their own; fewer at the end. */
  async take(length: number): Promise<Uint8Array> {
    const pieces: Uint8Array[] = []
    let missing = length
    while (missing > 0 && (await this.#fill())) {
      const piece = this.#left.slice(0, missing)
      this.#left = this.#left.subarray(piece.length)
      pieces.push(piece)
      missing -= piece.length
    }
    const [only] = pieces
    return pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces)
  }

  /** Everything that is left; pieces are valid until the next one. */
  async *rest(): AsyncGenerator<Uint8Array> {
    while (await this.#fill()) {
      const piece = this.#left
      this.#left = piece.subarray(piece.length)
      yield piece
    }
  }

  /** Ends the input early. */
  async stop(): Promise<void> {
    await this.#chunks.return?.()
  }

  /** Whether there is more. */
  async #fill(): Promise<boolean> {
    while (this.#left.length === 0) {
      const { value, done } = await this.#chunks.next()
      if (done) return false
      this.#left = value
    }
    return true
  }
}
