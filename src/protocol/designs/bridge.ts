import { bridgeMigrationCodec } from '../../pci/index.ts'
import type { DesignFacts } from '../design.ts'
import { defineMachine } from '../machine.ts'
import { sources } from '../sources.ts'
import { valuesOf } from './register-values.ts'

const PROPOSED = `proposed, after ${sources.bridgeThread}`

const phase = defineMachine({
  name: 'phase',
  title: 'Phase of the bridge',
  source: PROPOSED,
  states: {
    idle: 'no migration',
    track: 'pre-copy, the guest dirties pages of DMA',
    pause: 'the devices are being paused, then the guest is moved',
    resume: 'the destination starts the devices',
    'bad-path': 'the guest did not answer, the group is reset',
  },
  initial: { source: 'idle', destination: 'idle' },
  final: ['idle'],
  inputs: {
    idle: [{ kind: 'status-write', register: 'phase', value: 0 }],
    track: [{ kind: 'status-write', register: 'phase', value: 1 }],
    pause: [{ kind: 'status-write', register: 'phase', value: 2 }],
    resume: [{ kind: 'status-write', register: 'phase', value: 3 }],
    'bad-path': [{ kind: 'status-write', register: 'phase', value: 4 }],
  },
  transitions: {
    idle: { track: 'track' },
    track: { pause: 'pause', idle: 'idle' },
    pause: { resume: 'resume', idle: 'idle', 'bad-path': 'bad-path' },
    resume: { idle: 'idle' },
    'bad-path': { idle: 'idle' },
  },
})

const device = defineMachine({
  name: 'device',
  title: 'Device behind the bridge',
  source: `${sources.bridgeOrder}; ${sources.bridgeThread}`,
  states: {
    running: 'its driver works with it',
    stopping: 'its driver was told to stop it',
    silent: 'bus mastering is off',
    off: 'bus mastering is off without a migration',
    starting: 'its driver was told to start it',
  },
  initial: { source: 'running', destination: 'running' },
  final: ['running', 'off'],
  inputs: {
    before: [{ kind: 'callback', which: 'before' }],
    after: [{ kind: 'callback', which: 'after' }],
    'bad-path': [{ kind: 'callback', which: 'bad-path' }],
    'bus-master-off': [{ kind: 'bus-master', on: false }],
    'bus-master-on': [{ kind: 'bus-master', on: true }],
  },
  transitions: {
    running: { before: 'stopping', 'bus-master-off': 'off', 'bus-master-on': 'running', 'bad-path': 'starting' },
    stopping: { 'bus-master-off': 'silent', after: 'starting', 'bad-path': 'starting' },
    silent: { 'bus-master-off': 'silent', after: 'starting', 'bad-path': 'starting' },
    off: { before: 'stopping', 'bus-master-off': 'off', 'bus-master-on': 'running', 'bad-path': 'starting' },
    starting: { 'bus-master-off': 'starting', 'bus-master-on': 'running' },
  },
  illegal: [
    {
      from: ['running', 'off', 'starting'],
      on: 'after',
      code: 'protocol/after-without-before',
      message: 'The "after" callback comes and there was no "before".',
    },
  ],
  per: ['device'],
})

/** December 2015: an emulated bridge tells the PCI core of the guest, which pauses the devices behind it. */
export const bridge: DesignFacts = {
  name: 'bridge',
  title: 'Migration capability of a PCI bridge (discussion of December 2015)',
  source: `${sources.bridgeThread}; registers proposed`,
  variants: ['proposed'],
  registers: {
    phase: valuesOf(bridgeMigrationCodec.type.fields.phase),
  },
  quiet: {
    quiet: [{ kind: 'bus-master', on: false }],
    active: [{ kind: 'bus-master', on: true }],
  },
  machines: [phase, device],
  faults: {
    'guest-silent': { meaning: 'the guest never acknowledges the pause', code: 'protocol/guest-silent' },
    'interface-down': { meaning: 'the interface of a device is down', code: 'protocol/interface-down' },
    'driver-absent': { meaning: 'the guest has no driver for a device', code: 'protocol/driver-absent' },
    'wrong-order': { meaning: 'the guest is stopped before its devices are', code: 'protocol/stopped-before-ready' },
    'dirty-before-bus-master-clear': {
      meaning: 'pages are marked for the last time while the device can still write',
      code: 'protocol/dirty-before-bus-master-clear',
    },
    'dma-after-stop': {
      meaning: 'the device writes after bus mastering was cleared',
      code: 'protocol/dma-while-quiet',
    },
    'capability-offset': {
      meaning: 'the capability of the bridge is elsewhere on the destination',
      code: 'protocol/capability-offset',
    },
    'outside-bridge': { meaning: 'an assigned device is not behind the bridge', code: 'protocol/outside-bridge' },
    'missed-flag-kept': {
      meaning: 'a device that was down comes up and its note is not cleared',
      code: 'protocol/missed-flag-kept',
    },
    'bad-path-without-reset': {
      meaning: 'the guest is silent and the group is not reset',
      code: 'protocol/bad-path-without-reset',
    },
  },
}
