import { migration2015Codec } from '../../pci/index.ts'
import type { DesignFacts } from '../design.ts'
import { sources } from '../sources.ts'
import { stoppedByDriver } from './driver-stop.ts'
import { handshakeMachine } from './handshake.ts'
import { valuesOf } from './register-values.ts'
import { noGuestDriver } from './shared-faults.ts'

const { fields } = migration2015Codec.type

/** November 2015: QEMU and the guest driver meet in a capability that QEMU fakes in the VF. */
export const fakedCapability: DesignFacts = {
  name: 'faked-capability',
  title: 'Faked PCI migration capability (RFC V2, November 2015)',
  source: sources.v2Series,
  variants: ['v2'],
  registers: {
    enable: valuesOf(fields.enable),
    vmmStatus: valuesOf(fields.vmmStatus),
    vfStatus: valuesOf(fields.vfStatus),
  },
  quiet: stoppedByDriver('vfStatus'),
  machines: [
    handshakeMachine({
      title: 'Handshake of the faked capability',
      source: sources.v2Series,
      status: 'vmmStatus',
      answer: 'vfStatus',
      rearmed: true,
    }),
  ],
  faults: {
    'guest-silent': { meaning: 'the driver never answers READY', code: 'protocol/guest-silent' },
    'interface-down': { meaning: 'the interface is down, the mailbox disabled', code: 'protocol/interface-down' },
    'driver-absent': noGuestDriver,
    'wrong-order': { meaning: 'the guest is stopped before it is ready', code: 'protocol/stopped-before-ready' },
    'capability-offset': {
      meaning: 'the destination puts the capability elsewhere',
      code: 'protocol/capability-offset',
    },
    'capability-overlap': {
      meaning: 'the capability is put on a real one',
      code: 'protocol/capability-overlap',
    },
    'ready-without-start': {
      meaning: 'the guest sets READY while the status is END',
      code: 'protocol/ready-without-start',
    },
    'disabled-during-wait': {
      meaning: 'the interface is closed between START and READY',
      code: 'protocol/disabled-during-wait',
    },
    'dma-after-stop': { meaning: 'the device still receives after READY', code: 'protocol/dma-while-quiet' },
    'vector-masked': { meaning: 'the mailbox vector is masked', code: 'protocol/irq-not-delivered' },
  },
}
