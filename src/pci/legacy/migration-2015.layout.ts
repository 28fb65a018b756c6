import { enumeration, reserved, struct, u8 } from '../../layout/index.ts'

/**
 * The capability that QEMU was to fake in the config space of a VF, registers from +2: guest and VMM tell each other
 * through it where the migration is. Its offsets are those of the published macros; that of vmmStatus follows from
 * the gap between its neighbours.
 */
export const migration2015 = struct(
  'pci-cap-migration-2015',
  {
    reserved: reserved(2),
    enable: enumeration(u8, { 0: 'disable', 1: 'enable' }).doc(
      'whether the VMM may inject the mailbox interrupt; written by the guest driver',
    ),
    vmmStatus: enumeration(u8, { 0: 'end', 1: 'start' }).doc('phase of the migration; written by the VMM'),
    vfStatus: enumeration(u8, { 0: 'wait', 1: 'ready' }).doc(
      'whether the VF is ready to be moved; written by the guest driver, reset by the VMM',
    ),
    mailboxVector: u8.doc('MSI-X table index of the mailbox interrupt; written by the guest driver'),
  },
  {
    title: 'Migration (faked capability of November 2015)',
    source: 'RFC PATCH V2 06/10 "Qemu/PCI: Add macros for faked PCI migration capability", kvm list, 24 November 2015',
    evidence: 'derived',
  },
)
