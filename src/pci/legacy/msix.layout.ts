import { bit, bits, inPlace, rest, span, struct, u16, u32 } from '../../layout/index.ts'

const place = (what: string) =>
  bits(u32, {
    bir: span(0, 2).doc('base address register that leads to it'),
    offset: inPlace(3, 31).asHex().doc(`offset of the ${what} in the BAR, in bytes`),
  })

/** MSI-X, registers from +2. */
export const msixCapability = struct(
  'pci-cap-msix',
  {
    control: bits(u16, {
      tableSize: span(0, 10).doc('vectors minus 1'),
      reserved: rest(),
      functionMask: bit(14).doc('all vectors are masked'),
      enable: bit(15),
    }),
    table: place('table'),
    pba: place('pending bit array'),
  },
  { title: 'MSI-X', source: 'linux/pci_regs.h PCI_MSIX_*' },
)
