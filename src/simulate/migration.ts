import type { Machine } from './machine.ts'
import type { Random } from './random.ts'
import type { StreamWriter } from './stream/writer.ts'
import type { Trace } from './trace.ts'
import { nextEvent, traffic } from './traffic.ts'

/** Microseconds that a page takes on the wire, at about 10 Gbit/s. */
const PAGE_TIME = 4
/** Bytes per microsecond for everything else. */
const BANDWIDTH = 1000
/** So few dirty pages are worth stopping the guest for. */
const FEW_PAGES = 12
const MOST_ROUNDS = 8

/** Counts of a run. */
export interface Counts {
  rounds: number
  pagesSent: number
  /** Pages that were sent more than once. */
  pagesResent: number
  /** Simulated microseconds from the stop on the source to the start on the destination. */
  downtime: number
}

/** The source's half of a migration: rounds of memory copy while the guest runs, then the last one. */
export class Copying {
  readonly counts: Counts = { rounds: 0, pagesSent: 0, pagesResent: 0, downtime: 0 }
  readonly #times = new Map<number, number>()
  #nextEvent = 0
  #running = true

  constructor(
    private readonly source: Machine,
    private readonly stream: StreamWriter,
    private readonly trace: Trace,
    private readonly random: Random,
  ) {}

  /** Lets simulated time pass; while the guest runs, things happen in it. */
  pass(microseconds: number): void {
    const end = this.trace.now + microseconds
    while (this.#running && this.trace.now + this.#nextEvent <= end) {
      this.trace.pass(this.#nextEvent)
      this.#nextEvent = nextEvent(this.random)
      traffic(this.source, this.random)
    }
    const left = end - this.trace.now
    this.#nextEvent = Math.max(0, this.#nextEvent - left)
    this.trace.pass(left)
  }

  /** Time that bytes take on the wire. */
  transfer(bytes: number): void {
    this.pass(Math.ceil(bytes / BANDWIDTH))
  }

  /** Rounds until few pages are left dirty; `between` may mark pages that only the device knows of. */
  rounds(between: () => void): number[] {
    const { ram } = this.source
    ram.takeDirty()
    let pages = Array.from({ length: ram.pages }, (_, page) => page)
    while (pages.length > FEW_PAGES && this.counts.rounds < MOST_ROUNDS) {
      this.#round(pages, false)
      between()
      pages = ram.takeDirty()
    }
    return pages
  }

  /** The guest stands still from here. */
  stop(): void {
    this.#running = false
    this.trace.add(this.source.side, 'vcpus-stopped', {})
  }

  /** Sends what is left. */
  lastRound(left: readonly number[]): void {
    const pages = [...new Set([...left, ...this.source.ram.takeDirty()])].sort((a, b) => a - b)
    this.#round(pages, true)
  }

  #round(pages: readonly number[], isLast: boolean): void {
    const { side, ram } = this.source
    const number = ++this.counts.rounds
    this.trace.add(side, 'round', { number, pages: pages.length })
    this.stream.beginRound(isLast)
    for (const page of pages) {
      this.trace.add(side, 'page-sent', { page, round: number })
      this.stream.page(ram, page)
      const times = (this.#times.get(page) ?? 0) + 1
      this.#times.set(page, times)
      this.counts.pagesSent += 1
      if (times === 2) this.counts.pagesResent += 1
      this.pass(PAGE_TIME)
    }
    this.stream.endRound()
  }
}
