import * as generated from '../../generated/dirty-bitmap/forms/block-bitmaps.js'
import { type CodecOptions, codec, type Region, type Value } from '../../layout/index.ts'
import { bitmapChunk, bitmapChunks, SECTOR } from './block-bitmaps.layout.ts'

export type BlockBitmapChunks = Value<typeof bitmapChunks>
export type BlockBitmapChunk = Value<typeof bitmapChunk>

export const blockBitmapChunkCodec = codec(bitmapChunk, generated.bitmapChunk)
export const blockBitmapChunksCodec = codec(bitmapChunks, generated.bitmapChunks)

/**
 * The chunks of a section body, up to the one that ends it; a section does not carry its length.
 *
 * @throws DecodeError where the bytes end before
 */
export function readBlockBitmapBody(region: Region, options?: CodecOptions) {
  const chunks: BlockBitmapChunk[] = []
  let { offset } = region
  for (let ended = false; !ended; ) {
    const { value, length } = blockBitmapChunkCodec.decodeAt({ ...region, offset }, options)
    chunks.push(value)
    offset += length
    ended = value.flags.eos
  }
  return { value: { chunks }, length: offset - region.offset }
}

/** A chunk with what it takes over from those before. */
export interface NamedChunk {
  readonly index: number
  readonly chunk: BlockBitmapChunk
  readonly node: string | undefined
  readonly bitmap: string | undefined
}

/** Carries names over from chunk to chunk. */
export class ChunkNames {
  #node: string | undefined
  #bitmap: string | undefined

  named(chunk: BlockBitmapChunk, index: number): NamedChunk {
    this.#node = chunk.node?.name ?? this.#node
    this.#bitmap = chunk.bitmap?.name ?? this.#bitmap
    return { index, chunk, node: this.#node, bitmap: this.#bitmap }
  }
}

/** Chunks with their names carried over. */
export function* namedChunks({ chunks }: BlockBitmapChunks): Generator<NamedChunk> {
  const names = new ChunkNames()
  for (const [index, chunk] of chunks.entries()) yield names.named(chunk, index)
}

/** Granules that a part of a bitmap is about: the first, and the one behind the last. */
export function granulesOf(
  { startSector, sectorCount }: { readonly startSector: bigint; readonly sectorCount: number },
  granularity: number,
): { readonly first: bigint; readonly end: bigint } {
  const bytes = BigInt(granularity)
  const start = startSector * BigInt(SECTOR)
  const end = start + BigInt(sectorCount) * BigInt(SECTOR)
  return { first: start / bytes, end: sectorCount === 0 ? start / bytes : (end - 1n) / bytes + 1n }
}

export const isGranularity = (bytes: number) => bytes >= SECTOR && Number.isInteger(Math.log2(bytes))
