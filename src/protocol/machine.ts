import type { Severity } from '../findings/index.ts'
import type { ProtocolCode } from './codes.ts'
import { deviceOf, type Side, type TraceEvent } from './event.ts'
import { type EventPattern, eventText, matches } from './pattern.ts'

/** From each state, the inputs that are legal there and where they lead. */
export type Transitions<S extends string = string, I extends string = string> = Readonly<
  Record<S, Readonly<Partial<Record<I, S>>>>
>

/** A step that is known, and known to be wrong. */
export interface IllegalStep<S extends string = string, I extends string = string> {
  readonly from: readonly S[]
  readonly on: I
  readonly code: ProtocolCode
  readonly severity?: Severity
  /** Why, in one sentence. */
  readonly message: string
  /** State after it; the machine stays where it is when left out. */
  readonly to?: S
}

/**
 * A state machine as data. An event that matches an input has to find a transition from the current state: any other
 * is illegal. Events that match no input do not concern the machine.
 */
export interface Machine<S extends string = string, I extends string = string> {
  readonly name: string
  readonly title: string
  readonly source: string
  /** Variants of the design that it holds for; all when left out. */
  readonly variants?: readonly string[]
  /** Each state with its meaning. */
  readonly states: Readonly<Record<S, string>>
  readonly initial: Readonly<Record<Side, S>>
  /** States in which a finished migration may leave the machine. */
  readonly final: readonly S[]
  /** What drives it: any of the patterns is the input. An event is the first input that it matches. */
  readonly inputs: Readonly<Record<I, readonly EventPattern[]>>
  readonly transitions: Transitions<S, I>
  readonly illegal?: readonly IllegalStep<S, I>[]
  /** What it means to end in a state that is not final. */
  readonly unfinished?: readonly { readonly state: S; readonly code: ProtocolCode; readonly message: string }[]
  /** One machine for each side, for each device, or for each of both; one for all when left out. */
  readonly per?: readonly ('side' | 'device')[]
}

/** Checks that all names of a machine are known, and forgets them. */
export function defineMachine<const S extends string, const I extends string>(
  machine: {
    readonly [N in keyof Machine]: N extends 'states'
      ? Readonly<Record<S, string>>
      : N extends 'inputs'
        ? Readonly<Record<I, readonly EventPattern[]>>
        : Machine<NoInfer<S>, NoInfer<I>>[N]
  },
): Machine {
  return machine
}

/** What a machine has to say of an event, or of the end. */
export interface MachineProblem {
  readonly code: ProtocolCode
  readonly severity?: Severity
  readonly message: string
}

/** A machine that runs along a trace. */
export class MachineRun {
  private readonly current = new Map<string, string>()
  private readonly inputs = new Map<string, { readonly input: string; readonly pattern: EventPattern }[]>()

  constructor(readonly machine: Machine) {
    for (const [input, patterns] of Object.entries(machine.inputs)) {
      for (const pattern of patterns) {
        this.inputs.set(pattern.kind, [...(this.inputs.get(pattern.kind) ?? []), { input, pattern }])
      }
    }
  }

  /** Takes an event; gives what is wrong with it. */
  see(event: TraceEvent): MachineProblem | undefined {
    const input = this.inputOf(event)
    if (input === undefined) return undefined
    const key = this.keyOf(event)
    const state = this.current.get(key) ?? this.machine.initial[event.side]
    const next = this.machine.transitions[state]?.[input]
    if (next !== undefined) {
      this.current.set(key, next)
      return undefined
    }
    const known = this.machine.illegal?.find(({ from, on }) => from.includes(state) && on === input)
    this.current.set(key, known?.to ?? state)
    if (known === undefined) return { code: 'protocol/illegal-transition', message: this.illegal(state, input, event) }
    const { code, severity, message } = known
    return { code, message, ...(severity === undefined ? {} : { severity }) }
  }

  /** What is wrong with the states that a finished migration leaves. */
  end(): MachineProblem[] {
    const { final, states, unfinished, title } = this.machine
    const left = [...new Set(this.current.values())].filter((state) => !final.includes(state))
    return left.map((state) => {
      const known = unfinished?.find((one) => one.state === state)
      if (known !== undefined) return { code: known.code, message: known.message }
      const message = `${title}: the migration ends in state ${state} (${states[state]}); it has to end in ${final.join(' or ')}.`
      return { code: 'protocol/unfinished', message }
    })
  }

  private inputOf(event: TraceEvent): string | undefined {
    return this.inputs.get(event.kind)?.find(({ pattern }) => matches(pattern, event))?.input
  }

  private keyOf(event: TraceEvent): string {
    const parts = { side: event.side, device: deviceOf(event) }
    return (this.machine.per ?? []).map((part) => parts[part]).join(' ')
  }

  private illegal(state: string, input: string, event: TraceEvent): string {
    const { title, states, transitions } = this.machine
    const legal = Object.entries(transitions[state] ?? {}).map(([on, to]) => `${on} (to ${to})`)
    const rest = legal.length > 0 ? `legal are ${legal.join(', ')}` : 'nothing is legal'
    return `${title}: in state ${state} (${states[state]}) the step ${input} is illegal, ${rest}; it came as ${eventText(event)}.`
  }
}
