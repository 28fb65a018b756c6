import type { Ahead } from '../../layout/index.ts'
import { type InputOptions, naming } from '../open.ts'
import { openSource } from '../source.ts'
import { Spool } from './spool.ts'
import { openStream } from './stream.ts'

const PIECE = 1 << 20

/** The stream that a document was decoded from, of which any part can be asked for. */
export interface Base {
  /** Its bytes from a place on, at most 1 MiB at a time; fewer than asked for where it ends. */
  pieces(range: { readonly offset: number; readonly length: number }): Iterable<Uint8Array>
  close(): void
}

/**
 * Opens a base: a plain file as it is; what is compressed, in a container, or comes through a pipe is put aside in a temporary file.
 *
 * @param options what `decode` opens its input with: the format of the document, the snapshot
 * @throws Complaint or a system error
 */
export function openBase(path: string, options: InputOptions): Promise<Base> {
  return naming(path, async () => {
    const source = await openSource(path)
    try {
      const stream = await openStream(source, options)
      if (stream?.ahead !== undefined) return baseOf(stream.ahead, () => source.close())
      const base = await putAside(stream === undefined ? source.chunks() : stream.chunks())
      source.close()
      return base
    } catch (error) {
      source.close()
      throw error
    }
  })
}

async function putAside(chunks: AsyncIterable<Uint8Array>): Promise<Base> {
  const spool = new Spool(undefined)
  spool.restart()
  try {
    let size = 0
    for await (const chunk of chunks) {
      spool.add(chunk)
      size += chunk.length
    }
    return baseOf({ size, read: (offset, length) => spool.read(offset, length) }, () => spool.abandon())
  } catch (error) {
    spool.abandon()
    throw error
  }
}

function baseOf({ size, read }: Ahead, close: () => void): Base {
  return {
    *pieces({ offset, length }) {
      const end = Math.min(offset + length, size)
      for (let at = offset; at < end; ) {
        const piece = read(at, Math.min(PIECE, end - at))
        if (piece.length === 0) return
        yield piece
        at += piece.length
      }
    },
    close,
  }
}
