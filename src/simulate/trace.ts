import type { EventKind, EventOf, Side, TraceEvent } from '../protocol/index.ts'
import { Journal } from './journal.ts'

/** What an event says besides when, where and of which kind. */
export type Facts<K extends EventKind> = Omit<EventOf<K>, 'at' | 'side' | 'kind'>

/** The clock of a run and everything that happened in it, in order. */
export class Trace {
  readonly events: TraceEvent[] = []
  #now = 0

  constructor(private readonly journal = new Journal()) {}

  /** Simulated microseconds since the run began. */
  get now(): number {
    return this.#now
  }

  pass(microseconds: number): void {
    this.#now += microseconds
  }

  add<K extends EventKind>(side: Side, kind: K, facts: Facts<K>): void {
    const event = { at: this.#now, side, kind, ...facts } as unknown as TraceEvent
    this.events.push(event)
    this.journal.event(event)
  }
}
