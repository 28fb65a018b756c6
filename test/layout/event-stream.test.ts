import { expect, test } from 'vitest'
import { eventStream, type ReadEvent, readEvents } from '../../src/layout/index.ts'
import { qemuStreamReader } from '../../src/qemu/index.ts'
import { SMALL } from '../qemu/stream/small.ts'

/** What is told, the bytes of runs in hexadecimal. */
async function told(events: AsyncIterable<ReadEvent>): Promise<unknown[]> {
  const all: ReadEvent[] = []
  // Looked at only when all have come.
  for await (const event of events) all.push(event)
  return all.map((event) => [
    event.kind,
    event.path,
    event.offset,
    'length' in event && event.length,
    event.kind === 'bytes' && Buffer.from(event.bytes).toString('hex'),
  ])
}

/** Pieces of a size. */
function* pieces(size: number): Generator<Uint8Array> {
  for (let at = 0; at < SMALL.length; at += size) yield SMALL.slice(at, at + size)
}

const streamOf = (all: Generator<Uint8Array>) =>
  new ReadableStream<Uint8Array>({
    pull(controller) {
      const { done, value } = all.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
  })

test.each([7, 100, SMALL.length])(
  'a web stream gives the events that a reader tells: pieces of %d bytes',
  async (size) => {
    const events = streamOf(pieces(size)).pipeThrough(eventStream(qemuStreamReader()))
    const copied = async function* () {
      for await (const event of readEvents(qemuStreamReader(), streamOf(pieces(size)))) {
        yield event.kind === 'bytes' ? { ...event, bytes: event.bytes.slice() } : event
      }
    }
    const [stream, read] = [await told(events as unknown as AsyncIterable<ReadEvent>), await told(copied())]
    expect(stream).toEqual(read)
    expect(stream.length).toBeGreaterThan(50)
  },
)
