import { CaptureError } from '../../capture/index.ts'
import type { Feed } from './feed.ts'

// RFC 8878. What inflates zstd in TypeScript takes a window as large as a frame asks for and gives all that a piece of input
// holds at once. Fed unit by unit, it needs a window and a block, whatever the input says.

const MAGIC = 0xfd2fb528
const SKIPPABLE = 0x184d2a50
/** Largest window: what zstd uses up to level 19. */
const MOST_WINDOW = 8 << 20
const MOST_BLOCK = 128 << 10

/** Frame headers, blocks and checksums one by one. @throws CaptureError for what is none, or needs more memory */
export async function* zstdUnits(feed: Feed): AsyncGenerator<Uint8Array> {
  for (;;) {
    const start = await feed.take(4)
    if (start.length === 0) return
    const magic = start.length < 4 ? 0 : numberAt(start, 4)
    if (magic >>> 4 === SKIPPABLE >>> 4) await skip(feed, numberAt(await whole(feed, 4), 4))
    else if (magic === MAGIC) yield* frame(feed, start)
    else throw damaged('something else than a frame')
  }
}

async function* frame(feed: Feed, magic: Uint8Array): AsyncGenerator<Uint8Array> {
  const descriptor = await whole(feed, 1)
  const flags = descriptor[0] as number
  const isSingle = (flags & 0x20) !== 0
  const window = isSingle ? new Uint8Array(0) : await whole(feed, 1)
  const dictionary = await whole(feed, [0, 1, 2, 4][flags & 3] as number)
  const sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][flags >> 6] as number
  const size = await whole(feed, sizeBytes)
  const wanted = isSingle ? numberAt(size, sizeBytes) + (sizeBytes === 2 ? 256 : 0) : windowOf(window[0] as number)
  if (wanted > MOST_WINDOW) {
    const expected = `a zstd window of at most ${MOST_WINDOW >> 20} MiB`
    throw new CaptureError({ code: 'capture/too-large', expected, found: `${Math.ceil(wanted / (1 << 20))} MiB` })
  }
  yield Buffer.concat([magic, descriptor, window, dictionary, size])
  for (let isLast = false; !isLast; ) {
    const header = await whole(feed, 3)
    const word = numberAt(header, 3)
    isLast = (word & 1) === 1
    const length = word >>> 3
    const isRun = ((word >>> 1) & 3) === 1
    if (length > MOST_BLOCK) throw damaged('a block of more than 128 KiB')
    yield Buffer.concat([header, await whole(feed, isRun ? 1 : length)])
  }
  if ((flags & 4) !== 0) yield await whole(feed, 4)
}

function windowOf(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3))
  return base + (base / 8) * (descriptor & 7)
}

async function whole(feed: Feed, length: number): Promise<Uint8Array> {
  const bytes = await feed.take(length)
  if (bytes.length < length) throw damaged('an early end')
  return bytes
}

async function skip(feed: Feed, length: number): Promise<void> {
  for (let left = length; left > 0; ) left -= (await whole(feed, Math.min(left, MOST_BLOCK))).length
}

/** A little-endian number. */
const numberAt = (bytes: Uint8Array, length: number): number =>
  bytes.subarray(0, length).reduceRight((number, byte) => number * 256 + byte, 0)

const damaged = (found: string) =>
  new CaptureError({ code: 'capture/compressed-damaged', expected: 'whole zstd data', found })
