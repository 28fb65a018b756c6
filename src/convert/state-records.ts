import { joined } from '../layout/index.ts'
import { CHUNK, type RecordInput } from '../stream/index.ts'

/** Cuts the state of a device into the chunks of one part. Others may come between. */
export class StateRecords {
  #pieces: Uint8Array[] = []
  #size = 0
  #isBegun = false

  constructor(
    private readonly device: number,
    private readonly format: string,
    private readonly options: string,
  ) {}

  /** The chunks that are full now. */
  *push(bytes: Uint8Array): Generator<RecordInput> {
    for (let at = 0; at < bytes.length; ) {
      if (this.#size === CHUNK) yield this.#chunk(true)
      const some = bytes.subarray(at, at + CHUNK - this.#size)
      this.#pieces.push(some.slice())
      this.#size += some.length
      at += some.length
    }
  }

  /** The last chunk. */
  end(): RecordInput {
    return this.#chunk(false)
  }

  #chunk(goesOn: boolean): RecordInput {
    const { device, format, options } = this
    const data = joined(this.#pieces)
    const lengths = { formatLength: format.length, optionsLength: options.length }
    const payload = this.#isBegun ? data : { ...lengths, format, options, data }
    this.#pieces = []
    this.#size = 0
    this.#isBegun = true
    return { type: 'device-state', device, payload, goesOn, thread: `device ${device}` }
  }
}
