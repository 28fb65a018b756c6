import { bits, span, struct, u16, u32 } from '../../layout/index.ts'

/** Vital Product Data, registers from +2. */
export const vpdAccess = struct(
  'pci-cap-vpd',
  {
    access: bits(u16, {
      address: span(0, 14).asHex().doc('offset in the VPD of the word to transfer, in bytes'),
      flag: span(15, 15).doc('write 0 to read: 1 when data is there; write 1 to write: 0 when it is done'),
    }),
    data: u32.asHex().doc('four bytes of VPD, the byte at the address in bits 7:0'),
  },
  { title: 'Vital Product Data', source: 'linux/pci_regs.h PCI_VPD_*' },
)
