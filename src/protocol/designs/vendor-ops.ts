import type { DesignFacts } from '../design.ts'
import { defineMachine } from '../machine.ts'
import { sources } from '../sources.ts'
import {
  dataMachine,
  DEVICE_STATE as REGISTER,
  MIGRATION_STATES as STATES,
  stateWritten as written,
} from './migration-region.ts'
import { migrationRegionFaults } from './shared-faults.ts'
import { stopOrder, stoppedByHost } from './stop-order.ts'

const deviceState = defineMachine({
  name: 'device-state',
  title: 'State of the migration region',
  source: sources.vendorSeries,
  states: {
    running: 'the device runs',
    stop: 'the device is stopped',
    'pre-copy': 'the device runs and its state is read',
    'stop-and-copy': 'the device is stopped and its state is read',
    resuming: 'the device is stopped and its state is written',
  },
  initial: { source: 'running', destination: 'running' },
  final: ['running', 'stop'],
  inputs: {
    'to-running': written(STATES.running),
    'to-stop': written(STATES.stop),
    'to-pre-copy': written(STATES['pre-copy']),
    'to-stop-and-copy': written(STATES['stop-and-copy']),
    'to-resuming': written(STATES.resuming),
  },
  transitions: {
    running: {
      'to-running': 'running',
      'to-stop': 'stop',
      'to-pre-copy': 'pre-copy',
      'to-stop-and-copy': 'stop-and-copy',
      'to-resuming': 'resuming',
    },
    stop: { 'to-stop': 'stop', 'to-running': 'running', 'to-resuming': 'resuming' },
    'pre-copy': { 'to-pre-copy': 'pre-copy', 'to-stop-and-copy': 'stop-and-copy', 'to-running': 'running' },
    // Back to pre-copy or running where the migration is cancelled after the stop.
    'stop-and-copy': {
      'to-stop-and-copy': 'stop-and-copy',
      'to-stop': 'stop',
      'to-pre-copy': 'pre-copy',
      'to-running': 'running',
    },
    resuming: { 'to-resuming': 'resuming', 'to-running': 'running', 'to-stop': 'stop' },
  },
  per: ['side', 'device'],
})

const remap = defineMachine({
  name: 'remap',
  title: 'Request to map BARs anew',
  source: sources.vendorSeries,
  states: { idle: 'no request', asked: 'user space has to answer' },
  initial: { source: 'idle', destination: 'idle' },
  // The end of tracking does not wait for its answer; a request that is waited for has a rule.
  final: ['idle', 'asked'],
  inputs: { signal: [{ kind: 'remap-signal' }], ack: [{ kind: 'remap-ack' }] },
  transitions: {
    idle: { signal: 'asked' },
    asked: { signal: 'asked', ack: 'idle' },
  },
  illegal: [
    {
      from: ['idle'],
      on: 'ack',
      code: 'protocol/ack-without-signal',
      message: 'User space answers and there is no request.',
    },
  ],
  per: ['side', 'device'],
})

/** September 2019 to May 2020: vendor modules behind vfio-pci, with the migration region of the time. */
export const vendorOps: DesignFacts = {
  name: 'vendor-ops',
  title: 'Chained handlers, mediate ops and vendor ops in vfio-pci (2019 to 2020)',
  source: `${sources.vendorSeries}; ${sources.chainedThread}`,
  // v1 to v3 have the 64-byte region and no remap interrupt.
  variants: ['v4', 'v1-v3'],
  registers: { [REGISTER]: STATES },
  quiet: stoppedByHost(
    REGISTER,
    [STATES.stop, STATES['stop-and-copy'], STATES.resuming],
    [STATES.running, STATES['pre-copy']],
  ),
  machines: [
    deviceState,
    dataMachine(sources.vendorSeries),
    remap,
    stopOrder({
      source: `${sources.vendorSeries}; ${sources.mdevGilbert}`,
      register: REGISTER,
      stopped: [STATES.stop, STATES['stop-and-copy']],
      running: [STATES.running, STATES['pre-copy']],
      part: 'device-state',
      liveBitmap: true,
    }),
  ],
  faults: {
    ...migrationRegionFaults,
    'remap-irq-unused': {
      meaning: 'user space is old and does not use the remap interrupt',
      code: 'protocol/saving-without-remap-irq',
    },
    'remap-unanswered': { meaning: 'user space never answers the request', code: 'protocol/remap-unanswered' },
    'ack-from-blocked-thread': {
      meaning: 'user space has one thread for the write and the answer',
      code: 'protocol/ack-from-blocked-thread',
    },
    'verdict-mistaken': {
      meaning: 'a handler returns the byte count as its verdict',
      code: 'protocol/verdict-mistaken',
    },
    'driver-absent': { meaning: 'the vendor module is not loaded', code: 'protocol/vendor-module-absent' },
  },
}
