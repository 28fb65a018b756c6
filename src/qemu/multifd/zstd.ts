import { joined, toView } from '../../layout/index.ts'

/** What decompresses zstd: takes compressed bytes, and gives those that they hold before it returns. */
export interface ZstdDecoder {
  push(chunk: Uint8Array): void
}

/** Makes a decoder that passes on what comes out; of the package fzstd, `(take) => new Decompress(take)`. */
export type MakeZstdDecoder = (take: (piece: Uint8Array) => void) => ZstdDecoder

/** Widest window that is taken, 32 MiB: that of level 20, the highest of QEMU. */
const WIDEST_WINDOW = 2 ** 25
const MAGIC = 0xfd2fb528
/** Bytes of the header of a block, and those of an empty one that is stored. */
const BLOCK_HEADER = 3
/** Some decoders wait for this many bytes before they begin. */
const LEAST_START = 18
const RLE = 1
const RESERVED = 3

/** Decompresses the zstd stream of a channel packet by packet. */
export class ZstdStream {
  readonly #decoder: ZstdDecoder
  #pieces: Uint8Array[] = []
  #room = 0
  #hasBegun = false

  constructor(make: MakeZstdDecoder) {
    this.#decoder = make((piece) => this.#take(piece))
  }

  /**
   * The bytes that the next packet holds. Packets are flushed, so each ends with a block.
   *
   * @returns fewer bytes than `length`, or one more, where the packet holds another number of them
   * @throws whatever the decoder throws at damage
   */
  next(packet: Uint8Array, length: number): Uint8Array {
    const start = this.#hasBegun ? 0 : frameHeader(packet)
    checkBlocks(packet, start)
    this.#pieces = []
    this.#room = length + 1
    this.#decoder.push(packet)
    if (!this.#hasBegun && packet.length < LEAST_START) this.#decoder.push(EMPTY_BLOCKS)
    this.#hasBegun = true
    return joined(this.#pieces)
  }

  #take(piece: Uint8Array): void {
    const taken = piece.slice(0, this.#room)
    this.#room -= taken.length
    this.#pieces.push(taken)
  }
}

const EMPTY_BLOCKS = new Uint8Array(LEAST_START)

/** Bytes of the header of the frame. What it claims is memory that the decoder takes. */
function frameHeader(packet: Uint8Array): number {
  const view = toView(packet)
  if (packet.length < 6 || view.getUint32(0, true) !== MAGIC)
    throw new TypeError('the channel does not begin with a zstd frame')
  const descriptor = view.getUint8(4)
  const isSingle = (descriptor & 0x20) !== 0
  // One segment, a dictionary or a size are of frames that were made as a whole.
  if (isSingle || (descriptor & 3) !== 0 || descriptor >>> 6 !== 0)
    throw new TypeError('the zstd frame is none of a stream')
  const window = view.getUint8(5)
  const size = 2 ** (10 + (window >>> 3)) * (1 + (window & 7) / 8)
  if (size > WIDEST_WINDOW) throw new TypeError(`the zstd window has ${size} bytes, more than ${WIDEST_WINDOW}`)
  return 6
}

/** Refuses blocks that do not fill the packet, and the last block of a frame: behind it another frame could claim anything. */
function checkBlocks(packet: Uint8Array, start: number): void {
  let at = start
  while (at + BLOCK_HEADER <= packet.length) {
    const [low = 0, middle = 0, high = 0] = packet.subarray(at, at + BLOCK_HEADER)
    const type = (low >>> 1) & 3
    if ((low & 1) !== 0) throw new TypeError('the zstd frame ends inside the channel')
    if (type === RESERVED) throw new TypeError('a zstd block is of a reserved type')
    const size = ((high << 16) | (middle << 8) | low) >>> 3
    at += BLOCK_HEADER + (type === RLE ? 1 : size)
  }
  if (at !== packet.length) throw new TypeError('the zstd blocks do not end with the packet')
}
