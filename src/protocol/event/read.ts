import { type EventKind, eventKinds, SIDES, type TraceEvent } from '../event.ts'
import type { Field, Fields } from './field.ts'

/** An event, or what keeps a value from being one. */
export type EventReading =
  | { readonly event: TraceEvent }
  | {
      /** Member concerned; empty where the whole value is meant. */
      readonly field: string
      /** One sentence. */
      readonly problem: string
    }

const COMMON = ['at', 'side', 'kind']

/** Checks that a value from outside, such as a parsed line of a trace file, is an event. Never throws. */
export function readEvent(value: unknown): EventReading {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { field: '', problem: `An event is an object, not ${show(value)}.` }
  }
  const members = new Map(Object.entries(value))
  const at = members.get('at')
  if (typeof at !== 'number' || !Number.isFinite(at) || at < 0) {
    return { field: 'at', problem: `at is ${show(at)}; it has to be a number of microseconds.` }
  }
  const side = SIDES.find((name) => name === members.get('side'))
  if (side === undefined) {
    return { field: 'side', problem: `side is ${show(members.get('side'))}; it has to be ${SIDES.join(' or ')}.` }
  }
  const kind = members.get('kind')
  if (!isKind(kind)) return { field: 'kind', problem: `kind is ${show(kind)}; there is no such event.` }
  const event: Record<string, unknown> = { at, side, kind }
  const fields: Fields = eventKinds[kind].fields
  for (const [name, field] of Object.entries(fields)) {
    const content = members.get(name)
    if (content === undefined && field.optional) continue
    const wanted = unmet(field, content)
    if (wanted !== undefined) {
      return { field: name, problem: `${name} of ${kind} is ${show(content)}; it has to be ${wanted}.` }
    }
    event[name] = content
  }
  for (const name of members.keys()) {
    if (COMMON.includes(name) || Object.hasOwn(fields, name)) continue
    return { field: name, problem: `${kind} has no field ${JSON.stringify(name)}.` }
  }
  return { event: event as unknown as TraceEvent }
}

/** The line of a trace file that holds an event, without the line end. */
export function eventLine(event: TraceEvent): string {
  const { at, side, kind } = event
  const fields: Record<string, unknown> = { at, side, kind }
  for (const name of Object.keys(eventKinds[kind].fields)) fields[name] = (event as Record<string, unknown>)[name]
  return JSON.stringify(fields)
}

function isKind(value: unknown): value is EventKind {
  return typeof value === 'string' && Object.hasOwn(eventKinds, value)
}

/** What a field wants, where a value is not that. */
function unmet(field: Field, value: unknown): string | undefined {
  switch (field.type) {
    case 'integer':
      return integerUnmet(value, field.most)
    case 'text':
      return typeof value === 'string' ? undefined : 'a text'
    case 'flag':
      return typeof value === 'boolean' ? undefined : 'true or false'
    case 'one-of':
      return field.values.some((one) => one === value) ? undefined : `one of ${field.values.join(', ')}`
  }
}

function integerUnmet(value: unknown, most: number | undefined): string | undefined {
  if (most === undefined) return Number.isSafeInteger(value) ? undefined : 'an integer'
  const fits = typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most
  return fits ? undefined : `an integer from 0 to ${most}`
}

const LONGEST = 40

function show(value: unknown): string {
  if (value === undefined) return 'missing'
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object'
  const shown = typeof value === 'string' ? JSON.stringify(value) : String(value)
  return shown.length > LONGEST ? `${shown.slice(0, LONGEST)}...` : shown
}
