import type { EventKind, EventOf, Side, TraceEvent } from '../protocol/index.ts'

/** What an event says besides when, where and of which kind. */
export type Facts<K extends EventKind> = Omit<EventOf<K>, 'at' | 'side' | 'kind'>

/** The clock of a run and everything that happened in it, in order. */
export class Trace {
  readonly events: TraceEvent[] = []
  #now = 0

  /** Simulated microseconds since the run began. */
  get now(): number {
    return this.#now
  }

  pass(microseconds: number): void {
    this.#now += microseconds
  }

  add<K extends EventKind>(side: Side, kind: K, facts: Facts<K>): void {
    this.events.push({ at: this.#now, side, kind, ...facts } as unknown as TraceEvent)
  }
}
