import { Duplex } from 'node:stream'
import * as zlib from 'node:zlib'
import { CaptureError, gunzipChunks, type Inflater } from '../../capture/index.ts'
import type { CompressedFormat } from '../../qemu/index.ts'
import { systemProblem } from '../complain.ts'
import { inflater } from '../inflater.ts'
import { Feed } from './feed.ts'

/** Takes compressed bytes and gives plain ones. */
type Inflate = (chunks: AsyncIterable<Uint8Array>) => AsyncGenerator<Uint8Array>

/** What is taken off. */
const INFLATES: Partial<Readonly<Record<CompressedFormat, Inflate>>> = {
  gzip: (chunks) => byPlatform(chunks, inflater),
  xz: unxz,
  zstd: unzstd,
}

/** Whether there is something that takes a compression off. */
export const isInflated = (format: CompressedFormat): boolean => INFLATES[format] !== undefined

/**
 * The plain bytes of compressed ones, piece by piece.
 *
 * @param place how an error names what is compressed
 * @throws CaptureError for damaged data
 */
export async function* inflateChunks(
  format: CompressedFormat,
  chunks: AsyncIterable<Uint8Array>,
  place: string,
): AsyncGenerator<Uint8Array> {
  try {
    yield* INFLATES[format]?.(chunks) ?? []
  } catch (cause) {
    const isTold = cause instanceof CaptureError && !cause.code.startsWith('capture/gzip')
    if (isTold || systemProblem(cause) !== undefined) throw cause
    const found = 'damaged data, or an early end'
    throw new CaptureError({
      code: 'capture/compressed-damaged',
      expected: `whole ${format} data ${place}`,
      found,
      cause,
    })
  }
}

const byPlatform = (chunks: AsyncIterable<Uint8Array>, inflater: () => Inflater) =>
  gunzipChunks(chunks, { inflater, maxBytes: Number.POSITIVE_INFINITY })

async function* unxz(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { XzReadableStream } = await import('xz-decompress')
  const feed = new Feed(chunks)
  const compressed = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const piece = await feed.take(PIECE)
      if (piece.length === 0) controller.close()
      else controller.enqueue(piece)
    },
  })
  yield* new XzReadableStream(compressed) as unknown as AsyncIterable<Uint8Array>
}

const PIECE = 1 << 16

function unzstd(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  // From 22.15 on; its types are those of an older Node.
  const { createZstdDecompress } = zlib as { createZstdDecompress?: () => Duplex }
  if (createZstdDecompress === undefined) return unzstdByUnits(chunks)
  return byPlatform(chunks, () => Duplex.toWeb(createZstdDecompress()) as Inflater)
}

async function* unzstdByUnits(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const [{ Decompress }, { zstdUnits }] = await Promise.all([import('fzstd'), import('./zstd-units.ts')])
  const ready: Uint8Array[] = []
  const decompress = new Decompress((piece) => ready.push(piece))
  for await (const unit of zstdUnits(new Feed(chunks))) {
    decompress.push(unit)
    yield* ready.splice(0)
  }
  decompress.push(new Uint8Array(0), true)
  yield* ready
}
