import { type ByteSource, chunksOf, DEFAULT_MAX_BYTES } from '../layout/index.ts'
import type { CaptureCode } from './codes.ts'
import { CaptureError } from './errors.ts'

/** A stream that inflates one gzip input: compressed bytes in, plain bytes out. */
export interface Inflater {
  readonly writable: WritableStream<BufferSource>
  readonly readable: ReadableStream<Uint8Array>
}

export interface GunzipOptions {
  /** Most bytes that may come out; 256 MiB unless said. */
  readonly maxBytes?: number | undefined
  /** Makes what inflates; the platform's DecompressionStream unless said. */
  readonly inflater?: (() => Inflater) | undefined
}

/** Whether the bytes start a gzip member: magic, method deflate, no reserved flags (RFC 1952). */
export function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b && head[2] === 8 && ((head[3] ?? 0) & 0xe0) === 0
}

/** Inflates gzip into memory. Throws CaptureError when it is damaged, ends early or exceeds `maxBytes`. */
export async function gunzip(source: ByteSource, options: GunzipOptions = {}): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of gunzipChunks(source, options)) {
    chunks.push(chunk)
    length += chunk.length
  }
  const all = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    all.set(chunk, at)
    at += chunk.length
  }
  return all
}

/**
 * Inflates gzip piece by piece. Several members in succession give their contents in succession where the inflater
 * allows it: DecompressionStream refuses what follows the first in browsers and from Node 24 on.
 */
export async function* gunzipChunks(source: ByteSource, options: GunzipOptions = {}): AsyncGenerator<Uint8Array> {
  const maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES
  const inflater: Inflater = options.inflater?.() ?? new DecompressionStream('gzip')
  const reader = inflater.readable.getReader()
  const feed = new Feed(source, inflater.writable.getWriter())
  const feeding = feed.run()
  let length = 0
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        throw damage(cause, feed)
      })
      if (done) break
      length += value.length
      if (length > maxBytes) throw tooLarge(maxBytes)
      yield value
    }
    await feeding
    if (feed.failure !== undefined) throw feed.failure
  } finally {
    feed.stop()
    await reader.cancel().catch(ignore)
    await feeding
  }
}

/** Piece in which input is fed: what the platform inflates after a limit is reached follows from it. */
const PIECE = 64 * 1024

/** Writes the input into the inflater; never rejects, the reading side learns of errors. */
class Feed {
  readonly #source: ByteSource
  readonly #writer: WritableStreamDefaultWriter<BufferSource>
  #stopped = false
  /** The source itself failed. */
  failure: unknown

  constructor(source: ByteSource, writer: WritableStreamDefaultWriter<BufferSource>) {
    this.#source = source
    this.#writer = writer
    // Failures arrive at the reading side as well; unwatched, this promise would count as unhandled.
    writer.closed.catch(ignore)
    writer.ready.catch(ignore)
  }

  stop(): void {
    this.#stopped = true
    this.#writer.abort().catch(ignore)
  }

  async run(): Promise<void> {
    try {
      for await (const chunk of chunksOf(this.#source)) {
        if (this.#stopped) return
        if (!(await this.#write(chunk))) return
      }
    } catch (error) {
      this.failure = error
      await this.#writer.abort(error).catch(ignore)
      return
    }
    await this.#writer.close().catch(ignore)
  }

  async #write(chunk: Uint8Array): Promise<boolean> {
    for (let at = 0; at < chunk.length; at += PIECE) {
      if (this.#stopped) return false
      try {
        // Copied: the platform may transfer or keep what it is given, and a SharedArrayBuffer is not accepted.
        await this.#writer.write(chunk.slice(at, at + PIECE) as Uint8Array<ArrayBuffer>)
      } catch {
        return false
      }
    }
    return true
  }
}

function ignore(): void {}

function damage(cause: unknown, feed: Feed): unknown {
  if (feed.failure !== undefined) return feed.failure
  const cut = /unexpected end|end of file|truncat|incomplete/i.test(textsOf(cause))
  const code: CaptureCode = cut ? 'capture/gzip-truncated' : 'capture/gzip-damaged'
  const found = cut ? 'an early end' : 'damaged data, or something else behind it'
  return new CaptureError({ code, expected: 'complete gzip data', found, cause })
}

/** What an error says; from Node 22 on the reason stands in its cause. */
function textsOf(error: unknown): string {
  return error instanceof Error ? `${error.message} ${textsOf(error.cause)}` : String(error)
}

function tooLarge(maxBytes: number): CaptureError {
  return new CaptureError({
    code: 'capture/too-large',
    expected: `at most ${maxBytes} bytes after decompression`,
    found: 'more',
  })
}
