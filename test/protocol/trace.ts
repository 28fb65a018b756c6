import type { EventKind, EventOf, Side, TraceEvent } from '../../src/protocol/index.ts'
import { type EventPattern, matches } from '../../src/protocol/pattern.ts'

type Facts<K extends EventKind> = Omit<EventOf<K>, 'at' | 'side' | 'kind'>

function event<K extends EventKind>(side: Side, kind: K, facts: object): TraceEvent {
  return { at: 0, side, kind, ...facts } as unknown as TraceEvent
}

type Maker = <K extends EventKind>(
  kind: K,
  ...facts: Record<string, never> extends Facts<K> ? [Facts<K>?] : [Facts<K>]
) => TraceEvent

export const source: Maker = (kind, ...[facts]) => event('source', kind, facts ?? {})
export const destination: Maker = (kind, ...[facts]) => event('destination', kind, facts ?? {})

/** Gives the events their times, 10 microseconds apart. */
export function timed(events: readonly TraceEvent[]): TraceEvent[] {
  return events.map((event, index) => ({ ...event, at: 10 * index }))
}

export type Change = (events: readonly TraceEvent[]) => readonly TraceEvent[]

function place(events: readonly TraceEvent[], pattern: EventPattern): number {
  const at = events.findIndex((event) => matches(pattern, event))
  if (at < 0) throw new Error(`no event ${JSON.stringify(pattern)}`)
  return at
}

/** Adds events before the first that matches. */
export function before(pattern: EventPattern, ...added: TraceEvent[]): Change {
  return (events) => events.toSpliced(place(events, pattern), 0, ...added)
}

/** Adds events after the first that matches. */
export function after(pattern: EventPattern, ...added: TraceEvent[]): Change {
  return (events) => events.toSpliced(place(events, pattern) + 1, 0, ...added)
}

/** Takes the first event that matches each pattern out. */
export function without(...patterns: EventPattern[]): Change {
  return (events) => patterns.reduce((rest, pattern) => rest.toSpliced(place(rest, pattern), 1), [...events])
}

/** Other facts for the first event that matches. */
export function altered(pattern: EventPattern, facts: object): Change {
  return (events) => {
    const at = place(events, pattern)
    return events.with(at, { ...events[at], ...facts } as TraceEvent)
  }
}

/** Puts the first event that matches in front of another. */
export function moved(pattern: EventPattern, to: EventPattern): Change {
  return (events) => {
    const event = events[place(events, pattern)] as TraceEvent
    return before(to, event)(without(pattern)(events))
  }
}

export function all(...changes: Change[]): Change {
  return (events) => changes.reduce((changed, change) => change(changed), events)
}
