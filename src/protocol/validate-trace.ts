import type { Finding, Severity } from '../findings/index.ts'
import { type ProtocolCode, protocolCodes } from './codes.ts'
import type { Design, DesignName } from './design.ts'
import { findDesign } from './designs.ts'
import type { TraceEvent } from './event.ts'
import { MachineRun } from './machine.ts'
import type { RuleRun } from './rule.ts'
import { Situation } from './situation.ts'

export interface TraceOptions {
  /** One of the variants of the design; its first when left out. */
  readonly variant?: string
}

/** A finding about an event, `in` a trace: `offset` is the index of the event. */
export const TRACE = 'trace'

/**
 * Judges a trace event by event. Findings come as soon as they are certain and may be about an earlier event; memory grows
 * with the pages and devices that the trace names, not with its length.
 */
export class TraceValidator {
  private readonly design: Design
  private readonly machines: readonly MachineRun[]
  private readonly rules: readonly RuleRun[]
  private readonly situation = new Situation()
  private found: Finding[] = []
  private count = 0

  /** @throws RangeError for a design or variant that does not exist. */
  constructor(design: DesignName | Design, options: TraceOptions = {}) {
    const found = typeof design === 'string' ? findDesign(design) : design
    if (found === undefined) throw new RangeError(`There is no design ${JSON.stringify(design)}.`)
    this.design = found
    const variant = options.variant ?? found.variants[0] ?? ''
    if (!found.variants.includes(variant)) {
      throw new RangeError(
        `${found.name} has no variant ${JSON.stringify(variant)}; it has ${found.variants.join(', ')}.`,
      )
    }
    const machines = found.machines.filter(({ variants }) => variants === undefined || variants.includes(variant))
    this.machines = machines.map((machine) => new MachineRun(machine))
    const { situation } = this
    this.rules = this.design.rules.map(({ code, check }) =>
      check({
        design: found,
        variant,
        situation,
        report: (message, { index, severity } = {}) => this.report(code, message, index, severity),
      }),
    )
  }

  /** Takes the next event; gives what has become certain. */
  push(event: TraceEvent): Finding[] {
    for (const machine of this.machines) {
      const problem = machine.see(event)
      if (problem !== undefined) this.report(problem.code, problem.message, undefined, problem.severity)
    }
    for (const rule of this.rules) rule.see?.(event, this.count)
    this.situation.see(event)
    this.count += 1
    return this.take()
  }

  /** The trace is over; gives what is missing. */
  end(): Finding[] {
    // What is missing is said of the last event.
    this.count = Math.max(0, this.count - 1)
    for (const rule of this.rules) rule.end?.()
    const { outcome } = this.situation
    // What is given up does not have to be finished.
    if (outcome === 'cancelled' || outcome === 'refused') return this.take()
    for (const machine of this.machines) {
      for (const { code, message } of machine.end()) {
        this.report(code, message, undefined, outcome === 'open' ? 'warning' : undefined)
      }
    }
    return this.take()
  }

  private take(): Finding[] {
    const { found } = this
    this.found = []
    return found
  }

  private report(code: ProtocolCode, message: string, about?: number, severity?: Severity): void {
    const offset = about ?? this.count
    this.found.push({
      ...protocolCodes.finding(code, message, {
        offset,
        length: 1,
        path: ['events', offset],
        ...(severity === undefined ? {} : { severity }),
      }),
      in: TRACE,
    })
  }
}

/** Judges a whole trace; findings are in the order of the events that they are about. */
export function validateTrace(
  design: DesignName | Design,
  events: readonly TraceEvent[],
  options: TraceOptions = {},
): Finding[] {
  const validator = new TraceValidator(design, options)
  const findings: Finding[] = []
  for (const event of events) findings.push(...validator.push(event))
  findings.push(...validator.end())
  return findings.sort((a, b) => a.offset - b.offset)
}
