import { defineCodes } from '../../findings/index.ts'
import { sources } from '../sources.ts'

/** Handshakes with a guest driver: the designs of 2015. */
export const guestCodes = defineCodes({
  'protocol/interface-down': {
    severity: 'error',
    title: 'the interface is down, so the guest takes no part in the migration',
    explanation:
      'The mailbox interrupt is freed with the interface and nobody hears of the migration. That must be a legal path: skip the handshake, reset the device on the destination and let the driver find a note when the interface comes up.',
    source: `S1-O2: ${sources.v2Duyck}; S2-O2: ${sources.bridgeThread}`,
  },
  'protocol/driver-absent': {
    severity: 'error',
    title: 'no driver is loaded for the device, so the guest takes no part in the migration',
    explanation:
      'A handshake in the driver cannot work without one. A mechanism of the slot, such as PCI hot-plug, would: it needs no driver of the device.',
    source: `S1-O3: ${sources.v2Duyck}; S2-O2: ${sources.bridgeThread}`,
  },
  'protocol/stopped-before-ready': {
    severity: 'error',
    title: 'the guest is stopped, or its state is taken, before it has answered',
    explanation:
      'The device still runs: its memory changes behind the last round and its rings are in the middle of something. Wait for the answer, or take the bad path.',
    source: `${sources.v2Series}; ${sources.bridgeThread}`,
  },
  'protocol/ready-without-start': {
    severity: 'error',
    title: 'the guest says READY while no migration was started',
    explanation:
      'The next migration takes the old answer for a new one and moves a running device. READY while the status is END has to be ignored, and is a fault of the driver.',
    source: `S1-O5: ${sources.v2Series}, by derivation`,
  },
  'protocol/disabled-during-wait': {
    severity: 'error',
    title: 'the guest disables the mailbox interrupt while its answer is waited for',
    explanation:
      'Between the check of the enable register and the wait the guest may close the interface; the answer then never comes. Look at the register again whenever it is written.',
    source: `S1-O5: ${sources.v2Series}, by derivation`,
  },
  'protocol/enable-before-vector': {
    severity: 'warning',
    title: 'the mailbox interrupt is enabled before its vector is told',
    explanation: 'Until the vector is written, the VMM raises another interrupt, usually that of queue 0.',
    source: sources.v2Series,
  },
  'protocol/wrong-vector': {
    severity: 'error',
    title: 'the interrupt that is raised is not the one that the guest named',
    explanation: 'The driver takes it for traffic of a queue and never looks at the migration status.',
    source: sources.v2Series,
  },
  'protocol/irq-not-delivered': {
    severity: 'error',
    title: 'the interrupt that tells of the migration is masked or disabled',
    explanation:
      'The guest does not hear of it. Enabled without MSI-X, or with a masked vector, is a contradiction of the guest driver.',
    source: sources.v2Series,
  },
  'protocol/irq-without-news': {
    severity: 'error',
    title: 'the guest is interrupted while the status says nothing new',
    explanation:
      'The handler compares the status with the one it saw last and does nothing. Write the status first, then interrupt.',
    source: sources.v2Series,
  },
  'protocol/guest-not-told': {
    severity: 'error',
    title: 'an answer of the guest is waited for and no interrupt told it of the change',
    explanation: 'Writing the status alone wakes nobody. Raise the interrupt after the write, before the wait.',
    source: sources.v2Series,
  },
  'protocol/irq-before-state': {
    severity: 'error',
    title: 'the destination interrupts the guest before its state is in place',
    explanation:
      'The interrupt is lost with the old MSI-X table, or the driver starts a device whose configuration is overwritten after it.',
    source: sources.v2Series,
  },
  'protocol/capability-overlap': {
    severity: 'error',
    title: 'registers made up by the VMM lie on a capability of the device',
    explanation:
      'The guest loses the real capability, or its driver writes into it. Registers that are faked in the config space of the device itself need a place that nothing else uses; a device of the VMM, such as a bridge, has that.',
    source: `S1-O4: ${sources.v2Duyck}`,
  },
  'protocol/capability-offset': {
    severity: 'error',
    title: 'the faked capability is at another offset on the destination',
    explanation:
      'The offset is not sent: it is in the config image, and the pointer at 0x34 is compared. The image is refused, or the driver uses the wrong registers. Both hosts have to choose the same place.',
    source: sources.v2Series,
  },
  'protocol/complete-twice': {
    severity: 'error',
    title: 'the completion body of a device is sent twice',
    explanation: 'It is loaded twice, the second time over a device that the first may have started.',
    source: sources.v2Series,
  },
})
