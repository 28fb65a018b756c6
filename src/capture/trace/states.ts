import { V2_STATES } from '../../vfio/index.ts'

const NUMBERS = new Map<string, number>(Object.entries(V2_STATES).map(([number, name]) => [name, Number(number)]))

/** Number of a device state by its name in the kernel, such as PRE_COPY; a number is its own. */
export function stateNumber(state: string | number): number | undefined {
  return typeof state === 'number' ? state : NUMBERS.get(state)
}

const ERROR = 0

/** What a report of a state means: a request that was accepted; of ERROR, which nobody can ask for, only that it is so. */
export function stateReported(state: number) {
  return state === ERROR ? ({ kind: 'state-read', state } as const) : ({ kind: 'state-set', state, result: 0 } as const)
}
