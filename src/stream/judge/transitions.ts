import type { Value } from '../../layout/index.ts'
import type { PlacedRecord } from '../integrity.ts'
import type { transitionPayload } from '../payload.layout.ts'
import { payloadOf } from '../record.ts'
import type { Context, StreamRule } from './context.ts'
import { type StateMachine, stateMachines } from './state-machines.ts'

type Transition = Value<typeof transitionPayload>

/** So many devices of both sides are followed from one transition to the next. */
const MOST_FOLLOWED = 8192

/** Transitions against the state machine of their interface, each by itself and after the one before it. */
export class TransitionRule implements StreamRule {
  /** States that each device of each side may be in. */
  readonly #possible = new Map<string, readonly number[] | undefined>()

  constructor(private readonly context: Context) {}

  see(placed: PlacedRecord): void {
    const { header } = placed.record
    if (header.kind.type !== 'state-transition') return
    const transition = payloadOf<Transition>(placed.record)
    // Behind a gap, or a transition that cannot be read, devices may be in any state.
    if (transition === undefined || !this.context.isWhole) this.#possible.clear()
    if (transition === undefined) return
    const machine = stateMachines.get(transition.interface)
    if (machine === undefined) return
    this.#alone(placed, transition, machine)
    this.#follow(placed, transition, machine)
  }

  #alone(placed: PlacedRecord, { from, to, result }: Transition, machine: StateMachine): void {
    const [before, after] = [machine.nameOf(from), machine.nameOf(to)]
    const refused = result !== 0
    if (before === undefined || (after === undefined && !refused)) {
      const [number, member] = before === undefined ? [from, 'from'] : [to, 'to']
      const message = `The interface has no state ${number}.`
      this.context.say('stream/transition-unknown-state', message, placed, ['payload', member])
    } else if (refused) {
      const message = `The request to go from ${before} to ${after ?? to} failed with ${result}.`
      this.context.say('stream/transition-failed', message, placed, ['payload', 'result'])
    } else {
      const reason = machine.refusal(from, to)
      if (reason === undefined) return
      const message = `The way from ${before} to ${after} is said to have worked. ${reason}`
      this.context.say('stream/transition-illegal', message, placed, ['payload', 'to'])
    }
  }

  #follow(placed: PlacedRecord, transition: Transition, machine: StateMachine): void {
    const { from, to, side, result } = transition
    const key = `${placed.record.header.device} ${side} ${transition.interface}`
    const possible = this.#possible.get(key)
    const isKnown = machine.nameOf(from) !== undefined
    if (possible !== undefined && isKnown && ![...possible, ...machine.unasked].includes(from)) {
      const names = possible.map((state) => machine.nameOf(state) ?? state).join(' or ')
      const message = `The device is in ${machine.nameOf(from)}; the transition before left it in ${names}.`
      this.context.say('stream/transition-gap', message, placed, ['payload', 'from'])
    }
    if (!this.#possible.has(key) && this.#possible.size === MOST_FOLLOWED) return
    this.#possible.set(key, result === 0 ? [to] : isKnown ? machine.stranded(from, to) : undefined)
  }
}
