import type { MultifdPage } from '../multifd/pages.ts'
import type { LiveSectionKind } from '../section.ts'

/** Pages of channels, round by round: a round ends where all of them and the main stream waited for each other. */
export class ChannelRounds {
  readonly #channels: { readonly pages: AsyncGenerator<MultifdPage>; next: MultifdPage | undefined; isBegun: boolean }[]
  #round = 0

  constructor(channels: readonly AsyncGenerator<MultifdPage>[]) {
    this.#channels = channels.map((pages) => ({ pages, next: undefined, isBegun: false }))
  }

  /** The pages of the next round. */
  async *next(): AsyncGenerator<MultifdPage> {
    for (const channel of this.#channels) {
      if (!channel.isBegun) channel.next = (await channel.pages.next()).value
      channel.isBegun = true
      while (channel.next !== undefined && channel.next.round <= this.#round) {
        yield channel.next
        channel.next = (await channel.pages.next()).value
      }
    }
    this.#round += 1
  }

  /** What is left. */
  async *rest(): AsyncGenerator<MultifdPage> {
    do yield* this.next()
    while (this.#channels.some(({ next }) => next !== undefined))
  }
}

/** Tells where the main stream waits for its channels: at its MULTIFD_FLUSH records, or with old machine types behind each section. */
export class WaitPoints {
  #flushes = 0
  #bySection = false

  /** A section of RAM begins. @returns whether the stream waited before it */
  section(kind: LiveSectionKind): boolean {
    if (kind === 'START') return false
    this.#bySection ||= this.#flushes === 0
    return this.#bySection
  }

  /** A MULTIFD_FLUSH record came. */
  flush(): void {
    this.#flushes += 1
  }

  get flushes(): number {
    return this.#flushes
  }
}
