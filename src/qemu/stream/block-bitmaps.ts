import {
  type BlockBitmap,
  type BlockBitmapChunk,
  type BlockBitmapFacts,
  blockBitmapFacts,
  blockBitmaps,
  type GivenGeometry,
} from '../../dirty-bitmap/index.ts'
import { DEFAULT_MAX_BYTES } from '../../layout/index.ts'
import type { QemuListener } from './listener.ts'

/** What a chunk costs besides its bits. */
const PER_CHUNK = 256

/** Gathers the dirty bitmaps of disks that a stream carries, while it comes in. */
export class BlockBitmapGatherer {
  readonly #chunks: BlockBitmapChunk[] = []
  #left: number

  /** @param maxBytes most memory for what is gathered; default 256 MiB */
  constructor({ maxBytes = DEFAULT_MAX_BYTES }: { readonly maxBytes?: number } = {}) {
    this.#left = maxBytes
  }

  /** Whether there was room for all of them. */
  get isWhole(): boolean {
    return this.#left >= 0
  }

  readonly listener: QemuListener = {
    bitmapChunk: (chunk) => {
      const { bits } = chunk
      this.#left -= PER_CHUNK + (bits?.buffer.length ?? 0)
      if (this.#left < 0) return
      this.#chunks.push(bits === undefined ? chunk : { ...chunk, bits: { ...bits, buffer: bits.buffer.slice() } })
    },
  }

  /** What bitmaps there are, before they are put together. */
  facts(): BlockBitmapFacts[] {
    return blockBitmapFacts({ chunks: this.#chunks })
  }

  /**
   * The bitmaps, page by granule.
   *
   * @param wanted NODE/BITMAP of those that are put together; default: all
   * @throws BitmapError for a geometry that none can have
   */
  bitmaps(geometry?: GivenGeometry, wanted?: string): BlockBitmap[] {
    return blockBitmaps({ chunks: this.#chunks }, geometry, wanted)
  }
}
