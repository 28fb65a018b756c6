import { bit, bits, rest, span, struct, u8 } from '../../layout/index.ts'

/** Slot Identification, registers from +2. */
export const slotIdentification = struct(
  'pci-cap-slot-id',
  {
    expansionSlot: bits(u8, {
      slots: span(0, 4).doc('expansion slots behind the bridge'),
      firstInChassis: bit(5).doc('first bridge of an expansion chassis'),
      reserved: rest(),
    }),
    chassisNumber: u8,
  },
  { title: 'Slot Identification', source: 'linux/pci_regs.h PCI_SID_*' },
)
