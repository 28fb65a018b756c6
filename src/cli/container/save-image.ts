import { CaptureError } from '../../capture/index.ts'
import { type CompressedFormat, readSaveHeader, saveHeaderCodec, saveImageLength } from '../../qemu/index.ts'
import type { Source } from '../source.ts'
import { Feed } from './feed.ts'
import { inflateChunks, isInflated } from './inflate.ts'

/** The save image as libvirt would have written it without compression. @throws CaptureError */
export async function* saveImageChunks(source: Source, compression: CompressedFormat): AsyncGenerator<Uint8Array> {
  if (!isInflated(compression)) throw unknown(source, compression)
  const feed = new Feed(source.chunks())
  const length = saveImageLength(source.head) ?? 0
  try {
    const front = await feed.take(length)
    yield withoutCompression(front)
    if (front.length === length) yield* inflateChunks(compression, feed.rest(), 'behind the domain XML')
  } finally {
    await feed.stop()
  }
}

/** The same with `raw` as its format. */
function withoutCompression(front: Uint8Array): Uint8Array {
  const read = readSaveHeader(front)
  if (read === undefined) return front
  const { header, byteOrder } = read
  front.set(saveHeaderCodec.encode({ ...header, format: 'raw' }, { byteOrder }))
  return front
}

function unknown({ name, head }: Source, compression: CompressedFormat): CaptureError {
  const file = name === '-' ? 'FILE' : name
  const way = `tail -c +${(saveImageLength(head) ?? 0) + 1} ${file} | ${compression} -dc | vfmig decode -`
  const expected = 'a save image without compression, or with gzip, xz or zstd'
  return new CaptureError({ code: 'capture/compression-unknown', expected, found: `${compression} (${way} reads it)` })
}
