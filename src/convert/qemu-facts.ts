import { type Ahead, feeding, type ReadEvent, type ValueEvent } from '../layout/index.ts'
import {
  ChannelRounds,
  descriptionAhead,
  type HeldDevice,
  type InflatePage,
  type MultifdDeviceState,
  type MultifdPage,
  qemuStreamReader,
} from '../qemu/index.ts'
import { ChannelStates, type StateFact } from './channel-state.ts'
import { type GatheredFact, type MemoryFact, PageRunGatherer } from './page-runs.ts'

/** What a QEMU stream says, in the order in which it is known. Bytes of events are valid until the next chunk. */
export type QemuFact =
  | { readonly kind: 'event'; readonly event: ReadEvent }
  | { readonly kind: 'device'; readonly device: HeldDevice }
  | MemoryFact
  | StateFact

/** How a QEMU stream is read. */
export interface QemuSourceOptions {
  /** Where the stream begins in its file; without it, it is looked for. */
  readonly offset?: number
  /** The whole input, where it can be looked at ahead. */
  readonly ahead?: Ahead | undefined
  /** Inflates pages that QEMU compressed; without it their content is not known. */
  readonly inflate?: InflatePage | undefined
  /** Multifd channels of the same migration. */
  readonly channels?: readonly QemuChannel[] | undefined
}

/** A multifd channel, which is read once for its pages and once for each device that has state on it. */
export interface QemuChannel {
  pages(): AsyncGenerator<MultifdPage>
  deviceState(): AsyncGenerator<MultifdDeviceState>
}

/** Bytes in pieces. */
export type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>

/** Reads a QEMU stream once, in constant memory. @throws DecodeError where it is none */
export async function* qemuFacts(
  chunks: Chunks,
  { offset, ahead, inflate, channels = [] }: QemuSourceOptions = {},
): AsyncGenerator<QemuFact> {
  const heard: (QemuFact | { readonly kind: 'wait' })[] = []
  const hasChannels = channels.length > 0
  const ram = new PageRunGatherer((fact) => heard.push(fact), inflate, hasChannels)
  const states = hasChannels ? new ChannelStates(() => channels.map((channel) => channel.deviceState())) : undefined
  const rounds = new ChannelRounds(channels.map((channel) => channel.pages()))
  const gathered: GatheredFact[] = []
  const runs = new PageRunGatherer((fact) => gathered.push(fact))
  const pages = async function* (source: AsyncGenerator<MultifdPage>): AsyncGenerator<QemuFact> {
    for await (const page of source) {
      runs.channelPage(page)
      yield* gathered.splice(0).filter(isTold)
    }
    runs.flush()
    yield* gathered.splice(0).filter(isTold)
  }
  const reader = qemuStreamReader({
    ...(offset === undefined ? {} : { offset }),
    description: ahead && descriptionAhead(ahead),
    ram,
    onDevice: (device) => heard.push({ kind: 'device', device }),
  })
  const told = async function* (events: readonly ReadEvent[], isLast = false): AsyncGenerator<QemuFact> {
    const late: ValueEvent[] = []
    for (const event of events) {
      if (isRam(event)) continue
      states?.follow(event)
      if (states !== undefined && event.kind === 'value' && event.path[0] === 'vfio') late.push(event)
      else yield { kind: 'event', event }
    }
    for (const fact of heard.splice(0)) {
      if (fact.kind === 'wait') yield* pages(rounds.next())
      else yield fact
    }
    if (isLast && hasChannels) yield* pages(rounds.rest())
    for (const event of late) yield* (states as ChannelStates).joined(event)
  }
  const feed = feeding(reader)
  for await (const chunk of chunks) for (const events of feed(chunk)) yield* told(events)
  const last = reader.end()
  ram.end()
  yield* told(last, true)
}

const isTold = (fact: GatheredFact): fact is MemoryFact => fact.kind !== 'wait'

/** Records of pages, which are heard of in another way. */
const isRam = ({ kind, path }: ReadEvent) => kind !== 'finding' && path[2] === 'ram' && path[4] === 'records'
