import { array, enumeration, equals, optional, struct, u8, u32be } from '../../layout/index.ts'

/** First byte of each body; a live handler cannot see which of them it is given. From memory. */
export const BODY_FLAGS = { 1: 'setup', 2: 'complete' } as const
/** Name of the section in QEMU's stream. From memory. */
export const SECTION_NAME = 'vfio-sriov'
/** Version of a PCI device's state; the loader takes this and lower ones. */
export const VMSTATE_VERSION = 2

const SOURCE =
  'RFC PATCH V2 09/10 "Qemu/VFIO: Add SRIOV VF migration support", kvm list, 24 November 2015; QEMU hw/pci/pci.c'

/** What a body of the section starts with. */
export const sriovBodyHead = struct(
  'vfio-sriov-body-head',
  {
    flag: enumeration(u8, BODY_FLAGS)
      .doc('setup: nothing follows; complete: the state of the device')
      .known('recalled'),
    vmstateVersion: optional(
      equals('flag', 2),
      u32be.doc('version of the PCI device state, 2 as written; 0 to 2 as read').known('recalled'),
    ),
  },
  { title: 'Head of a vfio-sriov body', source: SOURCE },
)

/** What follows the config space. */
export const sriovBodyInterrupts = struct(
  'vfio-sriov-body-interrupts',
  { intxLevels: array(u32be, 4).doc('INTx levels of the pins A to D, each 0 or 1') },
  { title: 'INTx levels of a vfio-sriov body', source: SOURCE },
)
