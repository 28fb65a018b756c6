import { gunzipChunks, isGzip } from '../capture/index.ts'
import { probeOf } from '../registry/probe.ts'
import { HEAD, type Source, sourceOf } from './source.ts'

/** The same input with gzip taken off as it is read: any amount of it, in constant memory. */
export async function withoutGzip(source: Source): Promise<Source> {
  if (!isGzip(source.head)) return source
  return sourceOf(source, await inflate(source.chunks()), withoutSuffix(source.name))
}

const withoutSuffix = (name: string) => name.replace(/\.gz$/i, '')

/** What detection may look at, gzip taken off; the source itself is not read any further. */
export async function plainHead({ head, size, name }: Source): Promise<Pick<Source, 'head' | 'size' | 'name'>> {
  if (!isGzip(head)) return { head: probeOf(head), size, name }
  const pieces: Uint8Array[] = []
  let filled = 0
  try {
    for await (const piece of await inflate(once(head))) {
      pieces.push(piece.slice())
      filled += piece.length
      if (filled >= HEAD) break
    }
  } catch {
    // The head is cut, so it ends early; damage is told by whoever reads the whole.
  }
  return { head: probeOf(Buffer.concat(pieces).subarray(0, HEAD)), size: undefined, name: withoutSuffix(name) }
}

async function* once(chunk: Uint8Array): AsyncGenerator<Uint8Array> {
  yield chunk
}

async function inflate(chunks: AsyncIterable<Uint8Array>): Promise<AsyncGenerator<Uint8Array>> {
  const { inflater } = await import('./inflater.ts')
  return gunzipChunks(chunks, { inflater, maxBytes: Number.POSITIVE_INFINITY })
}
