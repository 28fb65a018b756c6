import { deviceOf, type EventOf, type TraceEvent } from './event.ts'

interface Write {
  readonly page: number
  readonly index: number
}

/** What the device wrote for one descriptor: the data, then the descriptor. */
interface Completion {
  readonly data: Map<number, number>
  ring?: Write
}

/** Follows the pages of the source: which the device wrote, and which were sent after that. */
export class PageLog {
  private readonly sent = new Map<number, number>()
  private readonly dirtied = new Map<number, number>()
  private readonly written = new Map<number, number>()
  private readonly completions = new Map<string, Completion>()

  see(event: TraceEvent, index: number): void {
    if (event.side !== 'source') return
    if (event.kind === 'page-sent') this.sent.set(event.page, index)
    else if (event.kind === 'page-dirtied') this.dirtied.set(event.page, index)
    else if (event.kind === 'dma' && event.direction === 'from-device') this.write(event, index)
  }

  /** Pages that the device wrote after they were sent for the last time; none where the trace has no pages sent. */
  stale(): Write[] {
    if (this.sent.size === 0) return []
    return this.missing(this.written)
  }

  /** Data that is not in the image while the descriptor that announces it is. */
  unbacked(): Write[] {
    return [...this.completions.values()].flatMap(({ data, ring }) =>
      ring !== undefined && this.inImage(ring) ? this.missing(data) : [],
    )
  }

  /** Forgets everything: the source has done its part. */
  clear(): void {
    for (const kept of [this.sent, this.dirtied, this.written, this.completions]) kept.clear()
  }

  private missing(writes: ReadonlyMap<number, number>): Write[] {
    return [...writes].map(([page, index]) => ({ page, index })).filter((write) => !this.inImage(write))
  }

  private write(event: EventOf<'dma'>, index: number): void {
    const { page, role, queue, descriptor } = event
    this.written.set(page, index)
    if (descriptor === undefined) return
    const key = `${deviceOf(event)} ${queue ?? ''} ${descriptor}`
    const before = this.completions.get(key)
    const completion =
      before === undefined || (role === 'buffer' && before.ring !== undefined)
        ? { data: new Map<number, number>() }
        : before
    this.completions.set(key, completion)
    if (role === 'buffer') completion.data.set(page, index)
    else completion.ring = { page, index }
  }

  /** Whether what was written is sent; where the trace shows no sending, whether it is marked to be. */
  private inImage({ page, index }: Write): boolean {
    const after = (this.sent.size > 0 ? this.sent : this.dirtied).get(page)
    return after !== undefined && after > index
  }
}
