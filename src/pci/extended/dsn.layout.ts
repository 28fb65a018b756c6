import { struct, u64 } from '../../layout/index.ts'

/** Device Serial Number, registers from +4. */
export const deviceSerialNumber = struct(
  'pci-ecap-dsn',
  { serialNumber: u64.asHex().doc('EUI-64; the high half, from +8, is printed first') },
  { title: 'Device Serial Number', source: 'linux/pci_regs.h PCI_EXT_CAP_DSN_SIZEOF; PCI Express Base' },
)
