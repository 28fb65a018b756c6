import { findDesign, type Machine, vfioV2 } from '../../protocol/index.ts'

/** What the judge of transitions asks of an interface. States are numbers of that interface. */
export interface StateMachine {
  /** Undefined for a number that is no state. */
  nameOf(state: number): string | undefined
  /** Why a device refuses a request; undefined where it does not. Both numbers are states. */
  refusal(from: number, to: number): string | undefined
  /** States that a device may be left in by a request that failed; undefined where that is open. */
  stranded(from: number, to: number): readonly number[] | undefined
  /** States that a device takes by itself, or by a reset. */
  readonly unasked: readonly number[]
}

const v2: StateMachine = {
  nameOf: vfioV2.v2StateOf,
  refusal(from, to) {
    const state = stateOf(from)
    const reason = vfioV2.refusalOf(state, to, vfioV2.ALL_FEATURES)
    return reason === undefined ? undefined : new vfioV2.RefusedRequest(reason, state, stateOf(to)).message
  },
  stranded(from, to) {
    if (v2.refusal(from, to) !== undefined) return [from]
    const hops = vfioV2.path(stateOf(from), to, vfioV2.ALL_FEATURES)
    return [from, ...hops.slice(0, -1).map(vfioV2.v2StateNumber)]
  },
  unasked: [vfioV2.v2StateNumber('ERROR'), vfioV2.v2StateNumber('RUNNING')],
}

const stateOf = (number: number) => vfioV2.v2StateOf(number) ?? 'ERROR'

/** The three bits that make up a state of version 1; those above are kept as they are. */
const V1_MASK = 7
const V1_RUNNING = 1
const V1_ERROR = 6

function machineOfV1(): StateMachine {
  const machine = findDesign('vfio-v1')?.machines.find(({ name }) => name === 'device-state') as Machine
  const names = new Map<number, { readonly input: string; readonly state: string }>()
  for (const [input, patterns] of Object.entries(machine.inputs)) {
    const [pattern] = patterns
    if (pattern?.kind !== 'status-write' || typeof pattern.value !== 'number') continue
    // Wherever an input leads, it leads to the same state.
    const state = Object.values(machine.transitions).flatMap((inputs) => inputs[input] ?? [])[0]
    if (state !== undefined) names.set(pattern.value, { input, state })
  }
  const of = (number: number) => names.get(number & V1_MASK)
  return {
    nameOf: (number) => of(number)?.state,
    refusal(from, to) {
      const [before, after] = [of(from), of(to)]
      if ((to & V1_MASK) === V1_ERROR) return 'Nobody may ask for the state in which a driver has failed.'
      if (before === undefined || after === undefined) return undefined
      if (machine.transitions[before.state]?.[after.input] !== undefined) return undefined
      return `No step leads from ${before.state} to ${after.state}.`
    },
    stranded: () => undefined,
    unasked: [V1_RUNNING, V1_ERROR],
  }
}

/** State machines by the interface that a transition names. */
export const stateMachines: ReadonlyMap<number | string, StateMachine> = new Map([
  ['vfio-v1', machineOfV1()],
  ['vfio-v2', v2],
])
