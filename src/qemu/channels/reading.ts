import { DecodeError, type Finding } from '../../findings/index.ts'
import { type ByteSource, chunksOf, errorFinding, type ReadEvent } from '../../layout/index.ts'
import type { MultifdInit } from '../multifd/packet.ts'
import { multifdReader, type PlacedPacket } from '../multifd/read.ts'

/** A channel while it is read, together with others. */
export class ChannelReading {
  init: MultifdInit | undefined
  /** Synchronisations so far. */
  syncs = 0
  /** Whether it was read to its end without an error. */
  isWhole = true
  /** Bytes that were read. */
  length = 0
  isOver = false
  readonly #packets: AsyncGenerator<PlacedPacket>

  /** @param report what is found in the channel itself */
  constructor(
    source: ByteSource,
    private readonly report: (finding: Finding) => void,
  ) {
    this.#packets = this.#read(source)
  }

  /** The packets up to the next one that synchronises, which is the last of them. */
  async *round(): AsyncGenerator<PlacedPacket> {
    while (!this.isOver) {
      const { value, done } = await this.#packets.next()
      if (done) {
        this.isOver = true
        return
      }
      yield value
      if (!value.header.flags.sync) continue
      this.syncs += 1
      return
    }
  }

  async *#read(source: ByteSource): AsyncGenerator<PlacedPacket> {
    const packets: PlacedPacket[] = []
    const reader = multifdReader({
      wanted: 'findings',
      onInit: (init) => {
        this.init = init
      },
      onPacket: (packet) => packets.push(packet),
    })
    try {
      for await (const chunk of chunksOf(source)) {
        this.length += chunk.length
        this.#hear(reader.push(chunk))
        yield* packets.splice(0)
      }
      this.#hear(reader.end())
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      this.isWhole = false
      this.report(errorFinding(error, this.length))
    }
    yield* packets
  }

  #hear(events: readonly ReadEvent[]): void {
    for (const event of events) {
      if (event.kind !== 'finding') continue
      if (event.finding.severity === 'error') this.isWhole = false
      this.report(event.finding)
    }
  }
}
