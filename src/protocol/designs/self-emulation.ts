import type { DesignFacts } from '../design.ts'
import { sources } from '../sources.ts'
import { stoppedByDriver } from './driver-stop.ts'
import { handshakeMachine } from './handshake.ts'
import { noGuestDriver } from './shared-faults.ts'

/** October 2015: the guest driver records its registers, dirties pages by dummy writes and shifts its rings. */
export const selfEmulation: DesignFacts = {
  name: 'self-emulation',
  title: 'State in the PF, self emulation and ring shift (RFC V1, October 2015)',
  source: sources.v1Series,
  variants: ['v1'],
  registers: {
    migrationStatus: { completed: 0, 'in-progress': 1 },
    vfAnswer: { wait: 0, ready: 1 },
  },
  quiet: stoppedByDriver('vfAnswer'),
  machines: [
    handshakeMachine({
      title: 'Handshake in config bytes 0xf0 and 0xf1',
      source: sources.v1Series,
      status: 'migrationStatus',
      answer: 'vfAnswer',
      rearmed: false,
    }),
  ],
  faults: {
    'dummy-write-race': {
      meaning: 'a packet arrives between the dummy write of its ring and the stop',
      code: 'protocol/dummy-write-race',
    },
    'guest-silent': { meaning: 'the driver never answers in 0xf1', code: 'protocol/guest-silent' },
    'interface-down': { meaning: 'the interface is down', code: 'protocol/interface-down' },
    'driver-absent': noGuestDriver,
    'wrong-order': {
      meaning: 'the VF resumes before the PF has its state',
      code: 'protocol/resume-before-state',
    },
    'read-state-before-stop': {
      meaning: 'state_in_pf is read while the guest runs',
      code: 'protocol/read-state-before-stop',
    },
    'platform-mismatch': {
      meaning: 'the kernel of the destination has another structure in the PF blob',
      code: 'protocol/blob-layout-differs',
    },
    'capability-overlap': {
      meaning: 'the device has a capability at 0xf0',
      code: 'protocol/capability-overlap',
    },
    'ready-without-start': {
      meaning: 'the guest answers while no migration was started',
      code: 'protocol/ready-without-start',
    },
    'stopped-before-ready': {
      meaning: 'the guest is stopped before it has answered',
      code: 'protocol/stopped-before-ready',
    },
    'head-register-written': {
      meaning: 'the head registers are restored by writing them',
      code: 'protocol/head-register-written',
    },
    'ring-shift-incomplete': {
      meaning: 'the buffer info is not rotated with its ring',
      code: 'protocol/ring-shift-incomplete',
    },
    'recording-shared': { meaning: 'two VFs record into one array', code: 'protocol/recording-shared' },
    'dummy-write-not-atomic': {
      meaning: 'a write of the guest falls between the two halves of a dummy write',
      code: 'protocol/dummy-write-not-atomic',
    },
  },
}
