import type { Side, TraceEvent } from '../../protocol/index.ts'
import type { Step } from './log.ts'

/** An event without its time and side. */
export type Body = Record<string, unknown> & { kind: TraceEvent['kind'] }

/** The event of a record: whoever makes its body knows the members of its kind. */
export function stepOf(record: number, at: number, side: Side, body: Body): Step {
  return { record, event: { at, side, ...body } as unknown as TraceEvent }
}
