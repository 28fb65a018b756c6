import { bits, bytes, field, span, struct, subtract, u16, u32 } from '../../layout/index.ts'

/** Designated Vendor-Specific Extended Capability, registers from +4. */
export const designatedVendorSpecific = struct(
  'pci-ecap-dvsec',
  {
    header: bits(u32, {
      vendorId: span(0, 15).asHex().doc('vendor that defines the body; 0x1e98 is CXL'),
      revision: span(16, 19),
      length: span(20, 31).doc('bytes with all headers, at least 10'),
    }),
    dvsecId: u16.asHex().doc('number that this vendor chose'),
    body: bytes(subtract(field('header.length'), 10)).doc('as the vendor defines it'),
  },
  { title: 'Designated Vendor-Specific', source: 'linux/pci_regs.h PCI_DVSEC_HEADER1, PCI_DVSEC_HEADER2' },
)
