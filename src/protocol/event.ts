import type { FieldValues } from './event/field.ts'
import { eventKinds } from './event/kinds.ts'

export { eventKinds }

/** Where it happens: the machine that the guest leaves, or the one it comes to. */
export const SIDES = ['source', 'destination'] as const
export type Side = (typeof SIDES)[number]

export type EventKind = keyof typeof eventKinds

type Flat<T> = { readonly [N in keyof T]: T[N] }

/** An event of one kind. */
export type EventOf<K extends EventKind> = {
  [N in K]: Flat<
    {
      /** Simulated microseconds, one clock for both sides. */
      readonly at: number
      readonly side: Side
      readonly kind: N
    } & FieldValues<(typeof eventKinds)[N]['fields']>
  >
}[K]

/** One thing that happens in a migration: a plain object, one line of JSON. */
export type TraceEvent = EventOf<EventKind>

/** The device that an event is about; 0 where it names none. */
export function deviceOf(event: TraceEvent): number {
  return 'device' in event && typeof event.device === 'number' ? event.device : 0
}

/** Tells the device that an event is about from all others, those of the other side included. */
export function deviceKey(event: TraceEvent): string {
  return `${event.side} ${deviceOf(event)}`
}
