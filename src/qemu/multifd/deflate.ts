import { type BytesTransform, through } from '../../layout/index.ts'

/** A stream that inflates raw deflate data (RFC 1951): compressed bytes in, plain bytes out. */
export type RawInflater = BytesTransform

/** How far back deflate data may point. */
const WINDOW = 32768
/** Bytes of a zlib header (RFC 1950). */
const HEADER = 2
const DEFLATE = 8
const DICTIONARY = 0x20
/** An empty stored block that ends the data. */
const LAST_BLOCK = Uint8Array.of(1, 0, 0, 0xff, 0xff)

/** Inflates the zlib stream of a channel packet by packet. */
export class ZlibStream {
  /** The last bytes that came out, which the next packet may point to. */
  #window = new Uint8Array(0)
  #hasBegun = false

  /** @param inflater makes what inflates; the platform's DecompressionStream unless said */
  constructor(private readonly inflater: (() => RawInflater) | undefined) {}

  /**
   * The bytes that the next packet holds. It ends at the boundary of a byte (Z_SYNC_FLUSH), so what came before, as a
   * stored block, and a last block make a stream of its own of it: the platform says then when it is used up.
   *
   * @returns fewer bytes than `length`, or one more, where the packet holds another number of them
   * @throws whatever the inflater throws at damage
   */
  async next(packet: Uint8Array, length: number): Promise<Uint8Array> {
    const data = this.#hasBegun ? packet : packet.subarray(zlibHeader(packet))
    this.#hasBegun = true
    const window = this.#window
    const output = new Uint8Array(window.length + length + 1)
    let filled = 0
    const inflater: RawInflater = this.inflater?.() ?? new DecompressionStream('deflate-raw')
    for await (const piece of through(inflater, [storedBlock(window), data, LAST_BLOCK])) {
      const taken = piece.subarray(0, output.length - filled)
      output.set(taken, filled)
      filled += taken.length
      if (filled === output.length) break
    }
    this.#window = output.slice(Math.max(0, filled - WINDOW), filled)
    return output.subarray(window.length, filled)
  }
}

function zlibHeader(packet: Uint8Array): number {
  const [method = 0, flags = 0] = packet
  const isZlib = (method & 0xf) === DEFLATE && ((method << 8) | flags) % 31 === 0 && (flags & DICTIONARY) === 0
  if (!isZlib) throw new TypeError('the channel does not begin with a zlib header')
  return HEADER
}

/** A block that gives these bytes back. */
function storedBlock(bytes: Uint8Array): Uint8Array {
  if (bytes.length === 0) return bytes
  const block = new Uint8Array(5 + bytes.length)
  const view = new DataView(block.buffer)
  view.setUint16(1, bytes.length, true)
  view.setUint16(3, ~bytes.length, true)
  block.set(bytes, 5)
  return block
}
