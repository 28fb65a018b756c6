import type { Report } from '../../findings/index.ts'
import { inflatedHere } from '../deflate.ts'
import type { PlacedRecord } from '../integrity.ts'
import { CompletenessRule } from './completeness.ts'
import { Context, type KnownFormats, type StreamRule } from './context.ts'
import { InterruptRule } from './interrupts.ts'
import { MemoryRule } from './memory.ts'
import { OrderRule } from './order.ts'
import { StateRule } from './state.ts'
import { TraceRule } from './trace.ts'
import { TransitionRule } from './transitions.ts'

export { judgeCodes } from './codes.ts'
export type { KnownFormats } from './context.ts'

/** What judging depends on besides the stream. */
export interface JudgeOptions {
  /** Formats by which state is judged; without them it is opaque. */
  readonly known?: KnownFormats
}

/** Judges what the records of a stream say: their order, their content, and whether they agree with one another. */
export class Judge {
  readonly #context: Context
  readonly #rules: readonly StreamRule[]
  #next = 0n
  #isEnded = false

  constructor(report: Report, { known }: JudgeOptions) {
    this.#context = new Context(report, known)
    const rules = [OrderRule, StateRule, MemoryRule, InterruptRule, TransitionRule, TraceRule, CompletenessRule]
    this.#rules = rules.map((rule) => new rule(this.#context))
  }

  /** The next record that is whole; its bytes are good for the call only. */
  see(placed: PlacedRecord): void {
    const { sequence, kind } = placed.record.header
    if (sequence !== this.#next) this.#context.isWhole = false
    this.#next = sequence + 1n
    if (kind.type === 'end') this.#isEnded = true
    // What carries the stream is of no device and no design.
    else if (kind.type !== 'index') {
      const record = inflatedHere(placed.record)
      const seen = record === placed.record ? placed : { ...placed, record, isInflated: true }
      for (const rule of this.#rules) rule.see?.(seen)
    }
  }

  /** The stream is over. Of what is missing is spoken where nothing was lost on the way. */
  end(): void {
    if (!this.#isEnded || !this.#context.isWhole) return
    for (const rule of this.#rules) rule.end?.()
  }
}
