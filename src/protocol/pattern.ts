import type { EventKind, EventOf, TraceEvent } from './event.ts'

/** Values that an event has to have; a list of values means any of them. Fields that are left out do not matter. */
export type EventPattern = {
  readonly [K in EventKind]: { readonly kind: K } & {
    readonly [F in Exclude<keyof EventOf<K>, 'kind' | 'at'>]?: EventOf<K>[F] | readonly EventOf<K>[F][]
  }
}[EventKind]

export function matches(pattern: EventPattern, event: TraceEvent): boolean {
  if (pattern.kind !== event.kind) return false
  const content = event as Readonly<Record<string, unknown>>
  return Object.entries(pattern).every(([field, wanted]) =>
    Array.isArray(wanted) ? wanted.includes(content[field]) : wanted === content[field],
  )
}

/** An event in words, for messages: its kind and what it says. */
export function eventText(event: TraceEvent): string {
  const { at: _, side, kind, ...fields } = event
  const said = Object.entries(fields).map(([name, value]) => `${name} ${JSON.stringify(value)}`)
  return `${kind}${said.length > 0 ? ` (${said.join(', ')})` : ''} on the ${side}`
}
