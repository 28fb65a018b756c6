import { array, bit, bits, rest, span, struct, u32, u64 } from '../layout/index.ts'

const SOURCE = 'PCI Express Base, MSI-X table structure; linux/pci_regs.h PCI_MSIX_ENTRY_*'

/** One vector: 16 bytes, little-endian. */
export const msixEntry = struct(
  'msix-entry',
  {
    address: u64.asHex().doc('message address; bits 1:0 are 0'),
    data: u32.asHex().doc('message data'),
    vectorControl: bits(u32, {
      masked: bit(0).doc('the vector sends no message'),
      reserved: rest(),
      steeringTag: span(16, 31).doc('steering tag, when TPH keeps its table in MSI-X'),
    }),
  },
  { title: 'MSI-X table entry', source: SOURCE },
)

/** Vectors one after another, 16 bytes each, to the end of the input: 1 to 2048 of them. */
export const msixTable = struct(
  'msix-table',
  { entries: array(msixEntry, 'to-end') },
  { title: 'MSI-X table', source: SOURCE },
)
