import { V2_STATES, type V2State } from './migration-states.layout.ts'

/** Every state, in the order of the kernel's numbers. */
export const v2States: readonly V2State[] = Object.values(V2_STATES)

/** The state of a number; undefined where there is none. */
export function v2StateOf(number: number): V2State | undefined {
  return v2States[number]
}

/** The kernel's number of a state. */
export function v2StateNumber(state: V2State): number {
  return v2States.indexOf(state)
}

/** What a device can do: the flags of VFIO_DEVICE_FEATURE_MIGRATION. */
export interface V2Features {
  /** Mandatory: without it no state can be asked for. */
  readonly stopCopy: boolean
  readonly p2p: boolean
  readonly preCopy: boolean
}

/** A device that can do everything. */
export const ALL_FEATURES: V2Features = { stopCopy: true, p2p: true, preCopy: true }

/** Flags that a state needs besides `stopCopy`. */
const NEEDS: Partial<Record<V2State, readonly ('p2p' | 'preCopy')[]>> = {
  RUNNING_P2P: ['p2p'],
  PRE_COPY: ['preCopy'],
  PRE_COPY_P2P: ['p2p', 'preCopy'],
}

/** Whether a device with these flags can be in the state by request; ERROR is never supported. */
export function isSupported(state: V2State, features: V2Features): boolean {
  return state !== 'ERROR' && features.stopCopy && (NEEDS[state] ?? []).every((flag) => features[flag])
}

/** States in which the device gives its state: one data descriptor serves all of them. */
export const SAVING_STATES: readonly V2State[] = ['PRE_COPY', 'PRE_COPY_P2P', 'STOP_COPY']

/** States in which what is left to read before the stop can be asked for. */
export const PRE_COPY_STATES: readonly V2State[] = ['PRE_COPY', 'PRE_COPY_P2P']

/** States in which the device may start DMA of its own. */
export const ACTIVE_STATES: readonly V2State[] = ['RUNNING', 'RUNNING_P2P', 'PRE_COPY', 'PRE_COPY_P2P']
