import { asDecodeError } from '../../capture/function-dump/index.ts'
import { CaptureError, detectContainer, isGzip } from '../../capture/index.ts'
import {
  aheadOf,
  completeOptions,
  type Format,
  type OptionValues,
  type PushReader,
  parseOptions,
  type ReadEvent,
  type Wanted,
} from '../../layout/index.ts'
import { detectFormats, requireFormat } from '../../registry/index.ts'
import type { InputOptions } from '../open.ts'
import { plainHead, withoutGzip } from '../plain-source.ts'
import { Progress } from '../progress.ts'
import type { Source } from '../source.ts'

/** An input of a format that is read as it comes in, whatever its size. */
export interface Stream {
  readonly format: Format & Required<Pick<Format, 'reader'>>
  readonly options: OptionValues
  /** What the reader says of the whole input; a progress bar shows how far it is. @throws DecodeError */
  events(wanted: Wanted): AsyncGenerator<ReadEvent>
}

/** The stream that a source is; undefined where its format is read as a whole. */
export async function openStream(source: Source, { as, set }: InputOptions): Promise<Stream | undefined> {
  const plain = await plainHead(source)
  const isText = detectContainer(plain).container !== 'raw'
  if (isText) return undefined
  const format = as === undefined ? detectFormats(plain)[0]?.format : requireFormat(as)
  if (!isStreamed(format)) return undefined
  // What other inputs do not need is not loaded for them.
  const [{ useNodeHashes }, { useNodeInflate }] = await Promise.all([
    import('./native-hashes.ts'),
    import('./native-inflate.ts'),
  ])
  useNodeHashes()
  useNodeInflate()
  const options = set === undefined ? completeOptions(format.options) : parseOptions(format.options, set)
  return {
    format,
    options,
    events: (wanted) =>
      eventsOf(source, format.reader(options, wanted, isGzip(source.head) ? undefined : aheadIn(source))),
  }
}

/** The input itself, where it can be looked at ahead: a file, or one that is wholly in its head. */
const aheadIn = ({ ahead, head, size }: Source) => ahead ?? (size === head.length ? aheadOf(head) : undefined)

const isStreamed = (format: Format | undefined): format is Stream['format'] => format?.reader !== undefined

async function* eventsOf(source: Source, reader: PushReader): AsyncGenerator<ReadEvent> {
  const progress = new Progress(Math.ceil((source.size ?? 0) / MIB), 'MiB')
  let read = 0
  try {
    const plain = await withoutGzip(source)
    for await (const chunk of plain.chunks()) {
      yield* reader.push(chunk)
      // Of gzip only what comes out is seen; how far that is nobody knows.
      read += plain === source ? chunk.length : 0
      progress.step(Math.floor(read / MIB))
      read %= MIB
    }
    yield* reader.end()
  } catch (error) {
    throw error instanceof CaptureError ? asDecodeError(error) : error
  } finally {
    progress.end()
  }
}

const MIB = 1 << 20
