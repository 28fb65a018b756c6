import { V2_STATES } from '../../vfio/index.ts'

const NUMBERS = new Map<string, number>(Object.entries(V2_STATES).map(([number, name]) => [name, Number(number)]))

/** Number of a device state by its name in the kernel, such as PRE_COPY; a number is its own. */
export function stateNumber(state: string | number): number | undefined {
  return typeof state === 'number' ? state : NUMBERS.get(state)
}
