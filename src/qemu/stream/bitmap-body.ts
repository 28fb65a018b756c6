import { type BlockBitmapChunk, type BlockBitmapJudge, blockBitmapChunkCodec } from '../../dirty-bitmap/index.ts'
import type { Teller } from '../teller.ts'
import { qemuStreamCodes } from './codes.ts'

/** Reads the chunks of a section of block dirty bitmaps, up to the one that ends it. False where it cannot be read on. */
export function* bitmapBody(
  teller: Teller,
  judge: BlockBitmapJudge,
  onChunk?: (chunk: BlockBitmapChunk) => void,
): Generator<number, boolean, undefined> {
  teller.begin('bitmaps', 'list')
  let isWhole = false
  for (let index = 0; ; index += 1) {
    const { offset } = teller.window
    const chunk = yield* teller.struct(index, blockBitmapChunkCodec)
    if (chunk === undefined) {
      const place = { offset, length: 0, path: teller.path(index) }
      const message = 'The chunk is cut, or claims more than there is.'
      teller.report(qemuStreamCodes.finding('qemu/bitmap-chunk', message, place))
      break
    }
    judge.chunk(chunk, index, { offset, length: teller.window.offset - offset, path: teller.path(index) })
    onChunk?.(chunk)
    if (chunk.flags.eos) {
      isWhole = true
      break
    }
  }
  teller.end()
  return isWhole
}
