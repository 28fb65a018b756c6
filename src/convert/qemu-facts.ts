import { type Ahead, feeding, type ReadEvent } from '../layout/index.ts'
import { descriptionAhead, type HeldDevice, type InflatePage, qemuStreamReader } from '../qemu/index.ts'
import { type MemoryFact, PageRunGatherer } from './page-runs.ts'

/** What a QEMU stream says, in the order in which it is known. Bytes of events are valid until the next chunk. */
export type QemuFact =
  | { readonly kind: 'event'; readonly event: ReadEvent }
  | { readonly kind: 'device'; readonly device: HeldDevice }
  | MemoryFact

/** How a QEMU stream is read. */
export interface QemuSourceOptions {
  /** Where the stream begins in its file; without it, it is looked for. */
  readonly offset?: number
  /** The whole input, where it can be looked at ahead. */
  readonly ahead?: Ahead | undefined
  /** Inflates pages that QEMU compressed; without it their content is not known. */
  readonly inflate?: InflatePage | undefined
}

/** Bytes in pieces. */
export type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>

/** Reads a QEMU stream once, in constant memory. @throws DecodeError where it is none */
export async function* qemuFacts(
  chunks: Chunks,
  { offset, ahead, inflate }: QemuSourceOptions = {},
): AsyncGenerator<QemuFact> {
  const heard: QemuFact[] = []
  const ram = new PageRunGatherer((fact) => heard.push(fact), inflate)
  const reader = qemuStreamReader({
    ...(offset === undefined ? {} : { offset }),
    description: ahead && descriptionAhead(ahead),
    ram,
    onDevice: (device) => heard.push({ kind: 'device', device }),
  })
  const told = function* (events: readonly ReadEvent[]): Generator<QemuFact> {
    for (const event of events) if (!isRam(event)) yield { kind: 'event', event }
    yield* heard.splice(0)
  }
  const feed = feeding(reader)
  for await (const chunk of chunks) for (const events of feed(chunk)) yield* told(events)
  const last = reader.end()
  ram.end()
  yield* told(last)
}

/** Records of pages, which are heard of in another way. */
const isRam = ({ kind, path }: ReadEvent) => kind !== 'finding' && path[2] === 'ram' && path[4] === 'records'
