import { ACTIVE_STATES, ALL_FEATURES, type V2State, v2StateNumber, v2States } from '../../vfio/index.ts'
import type { DesignFacts } from '../design.ts'
import { defineMachine, type IllegalStep } from '../machine.ts'
import type { EventPattern } from '../pattern.ts'
import { sources } from '../sources.ts'
import { refusalOf } from '../vfio-v2/hops.ts'
import { configRefused } from './shared-faults.ts'

/** Results of a request that was accepted. */
const ACCEPTED = [undefined, 0]

const MEANINGS: Readonly<Record<V2State, string>> = {
  ERROR: 'the device has failed',
  STOP: 'the device is stopped',
  RUNNING: 'the device runs',
  STOP_COPY: 'the device is stopped and its state is read',
  RESUMING: 'the device is stopped and its state is written',
  RUNNING_P2P: 'the device runs and leaves its peers alone',
  PRE_COPY: 'the device runs and its state is read',
  PRE_COPY_P2P: 'the device runs, leaves its peers alone, and its state is read',
}

/** Where a refused change has left the device is not known until it is asked. */
const BETWEEN = 'between'
type MachineState = V2State | typeof BETWEEN
type Input = `to-${V2State}` | `in-${V2State}` | 'refused' | 'reset'

const states = [...v2States, BETWEEN] as const

function inputs(): Record<Input, readonly EventPattern[]> {
  const asked = v2States.map((state) => [
    `to-${state}`,
    [{ kind: 'state-set', state: v2StateNumber(state), result: ACCEPTED }],
  ])
  const seen = v2States.map((state) => [`in-${state}`, [{ kind: 'state-read', state: v2StateNumber(state) }]])
  return Object.fromEntries([
    ...asked,
    ...seen,
    [
      'reset',
      [
        { kind: 'device', state: 'reset' },
        { kind: 'ioctl', name: 'VFIO_DEVICE_RESET', result: ACCEPTED },
      ],
    ],
    ['refused', [{ kind: 'state-set' }]],
  ])
}

/** Requests that are legal from a state, whatever hops they take; what the device says of itself is so in any case. */
function transitionsFrom(from: MachineState): Partial<Record<Input, MachineState>> {
  const asked = v2States
    .filter((to) => from === BETWEEN || to === 'ERROR' || !isBarred(from, to))
    // That ERROR was accepted is said by a rule; it leads nowhere.
    .map((to) => [`to-${to}`, to === 'ERROR' ? from : to])
  const seen = v2States.map((state) => [`in-${state}`, state])
  return Object.fromEntries([...asked, ...seen, ['reset', 'RUNNING'], ['refused', from === 'ERROR' ? from : BETWEEN]])
}

function isBarred(from: V2State, to: V2State): boolean {
  return refusalOf(from, to, ALL_FEATURES) !== undefined
}

const blocked: readonly IllegalStep<MachineState, Input>[] = (['PRE_COPY', 'PRE_COPY_P2P'] as const).map((to) => ({
  from: ['STOP_COPY'],
  on: `to-${to}`,
  to,
  code: 'protocol/stop-copy-to-pre-copy',
  message: `The driver takes the device from STOP_COPY to ${to}.`,
}))

const outOfError: readonly IllegalStep<MachineState, Input>[] = v2States
  .filter((to) => to !== 'ERROR')
  .map((to) => ({
    from: ['ERROR'],
    on: `to-${to}`,
    to,
    code: 'protocol/illegal-state-accepted',
    message: `The driver takes the device from ERROR to ${to} without a reset.`,
  }))

const deviceState = defineMachine<MachineState, Input>({
  name: 'device-state',
  title: 'State of the device',
  source: `${sources.v2Header}; ${sources.v2Hops}`,
  states: { ...MEANINGS, [BETWEEN]: 'a change was refused on its way' },
  initial: { source: 'RUNNING', destination: 'RUNNING' },
  // A shut down guest leaves its devices stopped; of ERROR a rule speaks.
  final: ['RUNNING', 'RUNNING_P2P', 'STOP', 'ERROR', BETWEEN],
  inputs: inputs(),
  transitions: Object.fromEntries(states.map((state) => [state, transitionsFrom(state)])) as Record<
    MachineState,
    Partial<Record<Input, MachineState>>
  >,
  illegal: [...blocked, ...outOfError],
  per: ['side', 'device'],
})

const numbersOf = (wanted: (state: V2State) => boolean) => v2States.filter(wanted).map(v2StateNumber)
const active = numbersOf((state) => ACTIVE_STATES.includes(state))
const quiet = numbersOf((state) => !ACTIVE_STATES.includes(state))

/** Since Linux 5.18: states that user space asks for by VFIO_DEVICE_FEATURE, and descriptors for the data. */
export const vfioV2: DesignFacts = {
  name: 'vfio-v2',
  title: 'VFIO migration v2 (Linux 5.18, QEMU 8.0, and later)',
  source: `${sources.v2Header}; ${sources.v2Qemu}`,
  variants: ['v2'],
  registers: {},
  quiet: {
    quiet: [
      { kind: 'state-set', state: quiet, result: ACCEPTED },
      { kind: 'state-read', state: quiet },
    ],
    active: [
      { kind: 'state-set', state: active, result: ACCEPTED },
      { kind: 'state-read', state: active },
      { kind: 'device', state: 'reset' },
      { kind: 'ioctl', name: 'VFIO_DEVICE_RESET', result: ACCEPTED },
    ],
  },
  machines: [deviceState],
  faults: {
    'stop-copy-to-pre-copy': {
      meaning: 'the driver lets a device go from STOP_COPY back to PRE_COPY',
      code: 'protocol/stop-copy-to-pre-copy',
    },
    'read-after-stop': {
      meaning: 'the rest of the state is read after STOP_COPY was left',
      code: 'protocol/read-outside-saving',
    },
    'wrong-order': {
      meaning: 'the destination writes the state before it asks for RESUMING',
      code: 'protocol/write-outside-resuming',
    },
    'no-peer-to-peer': { meaning: 'two devices move and have no P2P states', code: 'protocol/no-peer-to-peer' },
    'initial-bytes-left': {
      meaning: 'the guest is stopped before the initial bytes were read',
      code: 'protocol/initial-bytes-left',
    },
    'initial-bytes-grow': {
      meaning: 'the driver starts its initial bytes anew and does not say so',
      code: 'protocol/initial-bytes-grew',
    },
    'dirty-page-missed': {
      meaning: 'the last report of the dirty log leaves a page out',
      code: 'protocol/page-lost',
    },
    'bitmap-not-asked': {
      meaning: 'the dirty log is not read after the device was stopped',
      code: 'protocol/bitmap-missing',
    },
    'logging-not-started': {
      meaning: 'the dirty log is read and was never started',
      code: 'protocol/bitmap-without-logging',
    },
    'read-state-before-stop': {
      meaning: 'the device goes to STOP_COPY while the guest runs',
      code: 'protocol/read-state-before-stop',
    },
    'stop-copy-refused': {
      meaning: 'the driver refuses STOP_COPY',
      code: 'protocol/legal-request-refused',
    },
    'device-error': { meaning: 'the device fails while its state is read', code: 'protocol/device-error' },
    'data-fd-leaked': {
      meaning: 'the descriptor of an earlier attempt is never closed',
      code: 'protocol/data-fd-left-open',
    },
    'short-data': { meaning: 'the end of the state does not arrive', code: 'protocol/resuming-refused' },
    'queue-mismatch': {
      meaning: 'the device of the destination has another number of queues',
      code: 'protocol/data-refused',
    },
    'config-refused': configRefused,
    'dma-after-stop': { meaning: 'the device writes in STOP_COPY', code: 'protocol/dma-while-quiet' },
  },
}
