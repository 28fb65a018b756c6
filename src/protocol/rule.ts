import type { Severity } from '../findings/index.ts'
import { type ProtocolCode, protocolCodes } from './codes.ts'
import type { Design, DesignName } from './design.ts'
import type { TraceEvent } from './event.ts'
import type { Situation } from './situation.ts'

/** What a rule is given when a trace begins. */
export interface RuleContext {
  readonly design: Design
  readonly variant: string
  /** How things stood before the event that is seen. */
  readonly situation: Situation
  /** Says what is wrong, about the event that is seen or an earlier one. */
  report(message: string, more?: { readonly index?: number; readonly severity?: Severity }): void
}

/** A rule that follows one trace. */
export interface RuleRun {
  see?(event: TraceEvent, index: number): void
  /** The trace is over. */
  end?(): void
}

/** One rule on the order of events or on the situation of a run. */
export interface Rule {
  readonly code: ProtocolCode
  readonly designs: readonly DesignName[]
  /** Where it was said: that of its code. */
  readonly source: string
  check(context: RuleContext): RuleRun
}

/** A rule; its source is that of its code. */
export function rule(facts: Omit<Rule, 'source'>): Rule {
  return { ...facts, source: protocolCodes.entries[facts.code].source ?? '' }
}

/** A run that looks at single events and keeps nothing. */
export function onEvent(see: (event: TraceEvent, index: number) => void): RuleRun {
  return { see }
}
