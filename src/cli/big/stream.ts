import { asDecodeError } from '../../capture/function-dump/index.ts'
import { CaptureError, detectContainer, isGzip } from '../../capture/index.ts'
import {
  type Ahead,
  completeOptions,
  type Format,
  feeding,
  type OptionValues,
  type PushReader,
  parseOptions,
  type ReadEvent,
  type Wanted,
} from '../../layout/index.ts'
import { detectFormats } from '../../registry/detect.ts'
import { notRecognised, requireFormat } from '../../registry/document.ts'
import { probeOf } from '../../registry/probe.ts'
import { streamContainer, withoutContainer } from '../container/index.ts'
import type { InputOptions } from '../open.ts'
import { plainHead, withoutGzip } from '../plain-source.ts'
import { Progress } from '../progress.ts'
import { lookAhead, type Source } from '../source.ts'

/** An input of a format that is read as it comes in, whatever its size. */
export interface Stream {
  readonly format: Format & Required<Pick<Format, 'reader'>>
  readonly options: OptionValues
  /** What it stands in, besides gzip. */
  readonly container: string | null
  /** What the reader says of the whole input; a progress bar shows how far it is. @throws DecodeError */
  events(wanted: Wanted): AsyncGenerator<ReadEvent>
  /** The same, all that is said of a piece of the input at once: what goes through gigabytes does not wait for each. */
  batches(wanted: Wanted): AsyncGenerator<readonly ReadEvent[]>
  /** Its bytes, with the same progress bar, for those who read it in a way of their own; to be taken once. */
  chunks(): AsyncGenerator<Uint8Array>
  /** The whole, where it can be looked at before it is read. */
  readonly ahead: Ahead | undefined
  /**
   * What another reader says of the whole input, piece by piece.
   *
   * @param after is waited for behind each piece of the input
   */
  through(
    reader: (ahead: Ahead | undefined) => PushReader,
    after?: () => Promise<void>,
  ): AsyncGenerator<readonly ReadEvent[]>
}

/**
 * The stream that a source is, or has in it; undefined where its format is read as a whole.
 *
 * @throws CaptureError where its container is damaged, DecodeError where nobody knows what is in it
 */
export async function openStream(source: Source, options: InputOptions): Promise<Stream | undefined> {
  const plain = await plainHead(source)
  const named = options.as === undefined ? undefined : requireFormat(options.as)
  const container = streamContainer(plain.head)
  if (container !== undefined && (named === undefined || isStreamed(named))) {
    const inner = await withoutContainer(await withoutGzip(source), options.snapshot)
    const { name, head, size } = inner
    const format = named ?? detectFormats({ head: probeOf(head), size, name })[0]?.format
    if (!isStreamed(format)) throw notRecognised('a migration stream', `something else in ${container}`)
    return streamOf(inner, format, container, options)
  }
  const isText = detectContainer(plain).container !== 'raw'
  if (isText) return undefined
  const format = named ?? detectFormats(plain)[0]?.format
  return isStreamed(format) ? streamOf(source, format, null, options) : undefined
}

/** Whether a source is a migration stream of QEMU, or has one in it. */
export async function isQemuStream(source: Source): Promise<boolean> {
  const plain = await plainHead(source)
  if (streamContainer(plain.head) !== undefined) return true
  return detectContainer(plain).container === 'raw' && detectFormats(plain)[0]?.format.name === 'qemu-migration'
}

async function streamOf(
  source: Source,
  format: Stream['format'],
  container: string | null,
  { set }: InputOptions,
): Promise<Stream> {
  // What other inputs do not need is not loaded for them.
  const [{ useNodeHashes }, { useNodeInflate }] = await Promise.all([
    import('./native-hashes.ts'),
    import('./native-inflate.ts'),
  ])
  useNodeHashes()
  useNodeInflate()
  const options = set === undefined ? completeOptions(format.options) : parseOptions(format.options, set)
  const ahead = isGzip(source.head) ? undefined : lookAhead(source)
  const through: Stream['through'] = (reader, after) => batchesOf(source, reader(ahead), after)
  const batches: Stream['batches'] = (wanted) => through((own) => format.reader(options, wanted, own))
  return {
    format,
    options,
    container,
    ahead,
    async *events(wanted) {
      for await (const batch of batches(wanted)) for (const event of batch) yield event
    },
    batches,
    chunks: () => chunksWithProgress(source),
    through,
  }
}

const isStreamed = (format: Format | undefined): format is Stream['format'] => format?.reader !== undefined

async function* batchesOf(
  source: Source,
  reader: PushReader,
  after?: () => Promise<void>,
): AsyncGenerator<readonly ReadEvent[]> {
  const feed = feeding(reader)
  for await (const chunk of chunksWithProgress(source)) {
    for (const told of feed(chunk)) if (told.length > 0) yield told
    if (after !== undefined) await after()
  }
  yield reader.end()
}

async function* chunksWithProgress(source: Source): AsyncGenerator<Uint8Array> {
  const progress = new Progress(Math.ceil((source.size ?? 0) / MIB), 'MiB')
  let read = 0
  try {
    const plain = await withoutGzip(source)
    for await (const chunk of plain.chunks()) {
      yield chunk
      // Of gzip only what comes out is seen; how far that is nobody knows.
      read += plain === source ? chunk.length : 0
      progress.step(Math.floor(read / MIB))
      read %= MIB
    }
  } catch (error) {
    throw error instanceof CaptureError ? asDecodeError(error) : error
  } finally {
    progress.end()
  }
}

const MIB = 1 << 20
