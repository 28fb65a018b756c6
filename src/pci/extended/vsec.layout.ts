import { bits, bytes, field, span, struct, subtract, u32 } from '../../layout/index.ts'

/** Vendor-Specific Extended Capability, registers from +4. */
export const vendorSpecific = struct(
  'pci-ecap-vsec',
  {
    header: bits(u32, {
      id: span(0, 15).asHex().doc('number that the vendor of the function chose'),
      revision: span(16, 19),
      length: span(20, 31).doc('bytes with both headers, at least 8'),
    }),
    body: bytes(subtract(field('header.length'), 8)).doc('as the vendor defines it'),
  },
  { title: 'Vendor-Specific', source: 'linux/pci_regs.h PCI_VNDR_HEADER' },
)
