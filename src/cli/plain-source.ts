import { gunzipChunks, isGzip } from '../capture/index.ts'
import { HEAD, type Source } from './source.ts'

/** The same input with gzip taken off as it is read: any amount of it, in constant memory. */
export async function withoutGzip(source: Source): Promise<Source> {
  if (!isGzip(source.head)) return source
  const inflated = await inflate(source.chunks())
  const pieces: Uint8Array[] = []
  let filled = 0
  let ended = false
  while (filled < HEAD && !ended) {
    const { value, done } = await inflated.next()
    if (done) ended = true
    else {
      pieces.push(value)
      filled += value.length
    }
  }
  const head = Buffer.concat(pieces)
  const { path, name } = source
  return {
    path,
    name: withoutSuffix(name),
    head,
    size: ended ? filled : undefined,
    async *chunks() {
      yield head
      if (!ended) yield* inflated
    },
    close() {
      inflated.return(undefined)
      source.close()
    },
  }
}

const withoutSuffix = (name: string) => name.replace(/\.gz$/i, '')

/** How many bytes detection looks at. */
const PROBE = 4096

/** What detection may look at, gzip taken off; the source itself is not read any further. */
export async function plainHead({ head, size, name }: Source): Promise<Pick<Source, 'head' | 'size' | 'name'>> {
  if (!isGzip(head)) return { head: head.subarray(0, PROBE), size, name }
  const pieces: Uint8Array[] = []
  let filled = 0
  try {
    for await (const piece of await inflate(once(head))) {
      pieces.push(piece.slice())
      filled += piece.length
      if (filled >= PROBE) break
    }
  } catch {
    // The head is cut, so it ends early; damage is told by whoever reads the whole.
  }
  return { head: Buffer.concat(pieces).subarray(0, PROBE), size: undefined, name: withoutSuffix(name) }
}

async function* once(chunk: Uint8Array): AsyncGenerator<Uint8Array> {
  yield chunk
}

async function inflate(chunks: AsyncIterable<Uint8Array>): Promise<AsyncGenerator<Uint8Array>> {
  const { inflater } = await import('./inflater.ts')
  return gunzipChunks(chunks, { inflater, maxBytes: Number.POSITIVE_INFINITY })
}
