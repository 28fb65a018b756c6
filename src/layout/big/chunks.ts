import { type BytesInput, toBytes } from '../input.ts'
import type { PushReader, ReadEvent } from './events.ts'
import { feeding } from './feed.ts'

/** Input that is there as a whole, or comes in pieces. */
export type ByteSource = BytesInput | AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>

/** The pieces of an input, one after another; what is not asked for is not read. */
export async function* chunksOf(source: ByteSource): AsyncGenerator<Uint8Array> {
  if (source instanceof ReadableStream) {
    // Not every browser iterates streams.
    const reader = source.getReader()
    try {
      for (;;) {
        const { done, value } = await reader.read()
        if (done) return
        yield value
      }
    } finally {
      await reader.cancel().catch(() => {})
    }
  } else if (Symbol.asyncIterator in source) yield* source
  else yield toBytes(source)
}

/**
 * What a reader says of a whole input. The next piece is asked for when the events of the one before were taken.
 *
 * @throws DecodeError where the input is of another format
 */
export async function* readEvents(reader: PushReader, source: ByteSource): AsyncGenerator<ReadEvent> {
  const feed = feeding(reader)
  for await (const chunk of chunksOf(source)) {
    for (const told of feed(chunk)) for (const event of told) yield event
  }
  for (const event of reader.end()) yield event
}

/** A stream that takes bytes and gives events, for `readable.pipeThrough(...)`. As those wait in it, their bytes are copies. */
export function eventStream(reader: PushReader): TransformStream<Uint8Array, ReadEvent> {
  const feed = feeding(reader)
  const tell = (events: readonly ReadEvent[], controller: TransformStreamDefaultController<ReadEvent>) => {
    for (const event of events) {
      controller.enqueue(event.kind === 'bytes' ? { ...event, bytes: new Uint8Array(event.bytes) } : event)
    }
  }
  return new TransformStream({
    transform(chunk, controller) {
      for (const told of feed(chunk)) tell(told, controller)
    },
    flush: (controller) => tell(reader.end(), controller),
  })
}
