import type { DesignFacts } from '../design.ts'
import { defineMachine } from '../machine.ts'
import { sources } from '../sources.ts'
import {
  DEVICE_STATE,
  dataMachine,
  MIGRATION_ERROR as ERROR,
  MIGRATION_STATES as STATES,
  stateWritten,
} from './migration-region.ts'
import { configRefused, migrationRegionFaults } from './shared-faults.ts'
import { stopOrder, stoppedByHost } from './stop-order.ts'

const deviceState = defineMachine({
  name: 'device-state',
  title: 'State of the migration region',
  source: sources.v1Header,
  states: {
    running: 'the device runs',
    stop: 'the device is stopped',
    'pre-copy': 'the device runs and its state is read',
    'stop-and-copy': 'the device is stopped and its state is read',
    resuming: 'the device is stopped and its state is written',
    error: 'the driver has failed',
  },
  initial: { source: 'running', destination: 'running' },
  // Of the error state a rule speaks.
  final: ['running', 'stop', 'error'],
  inputs: {
    'to-running': stateWritten(STATES.running),
    'to-stop': stateWritten(STATES.stop),
    'to-pre-copy': stateWritten(STATES['pre-copy']),
    'to-stop-and-copy': stateWritten(STATES['stop-and-copy']),
    'to-resuming': stateWritten(STATES.resuming),
    'to-error': stateWritten(ERROR),
    reset: [
      { kind: 'device', state: 'reset' },
      { kind: 'ioctl', name: 'VFIO_DEVICE_RESET', result: [undefined, 0] },
    ],
  },
  transitions: {
    running: {
      'to-running': 'running',
      'to-stop': 'stop',
      'to-pre-copy': 'pre-copy',
      'to-stop-and-copy': 'stop-and-copy',
      'to-resuming': 'resuming',
      'to-error': 'error',
      reset: 'running',
    },
    // A guest that is paused, moved while it is paused, or continued: a rule calls these unusual.
    stop: {
      'to-stop': 'stop',
      'to-running': 'running',
      'to-stop-and-copy': 'stop-and-copy',
      'to-error': 'error',
      reset: 'running',
    },
    // Back to running where the migration fails.
    'pre-copy': {
      'to-pre-copy': 'pre-copy',
      'to-stop-and-copy': 'stop-and-copy',
      'to-running': 'running',
      'to-error': 'error',
      reset: 'running',
    },
    'stop-and-copy': {
      'to-stop-and-copy': 'stop-and-copy',
      'to-stop': 'stop',
      'to-running': 'running',
      'to-error': 'error',
      reset: 'running',
    },
    resuming: { 'to-resuming': 'resuming', 'to-running': 'running', 'to-error': 'error', reset: 'running' },
    error: { 'to-error': 'error', reset: 'running' },
  },
  per: ['side', 'device'],
})

/** Linux 5.8 to 5.17 and QEMU 5.2 to 7.2: the device state is a register of a region, the data lies behind it. */
export const vfioV1: DesignFacts = {
  name: 'vfio-v1',
  title: 'VFIO migration v1: the migration region (Linux 5.8 to 5.17, QEMU 5.2 to 7.2)',
  source: sources.v1Header,
  // QEMU 5.2 to 7.2 ask for the same states in the same order; only where the config space stands in the stream differs.
  variants: ['v1'],
  // Bits above the three are kept as they are, so whole values mean nothing; a rule judges the bits.
  registers: {},
  quiet: stoppedByHost(
    DEVICE_STATE,
    [STATES.stop, STATES['stop-and-copy'], STATES.resuming, ERROR],
    [STATES.running, STATES['pre-copy']],
  ),
  machines: [
    deviceState,
    dataMachine(sources.v1Header),
    stopOrder({
      source: sources.v1Header,
      register: DEVICE_STATE,
      stopped: [STATES.stop, STATES['stop-and-copy']],
      running: [STATES.running, STATES['pre-copy']],
      part: 'device-state',
      liveBitmap: true,
    }),
  ],
  faults: {
    ...migrationRegionFaults,
    'illegal-bits': {
      meaning: 'the destination asks for RESUMING and leaves RUNNING set',
      code: 'protocol/illegal-state-bits',
    },
    'data-overrun': { meaning: 'the driver stages more than its region holds', code: 'protocol/data-overrun' },
    'transaction-resized': {
      meaning: 'the destination writes the data in pieces of another size',
      code: 'protocol/transaction-resized',
    },
    'size-not-written': {
      meaning: 'the size of the last piece is not written',
      code: 'protocol/data-not-committed',
    },
    'resuming-skipped': {
      meaning: 'the destination writes the state while the device runs',
      code: 'protocol/state-access-while-running',
    },
    'device-error': { meaning: 'the driver fails while its state is read', code: 'protocol/device-error' },
    'config-refused': configRefused,
  },
}
