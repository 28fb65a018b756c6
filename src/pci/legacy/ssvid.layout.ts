import { reserved, struct, u16 } from '../../layout/index.ts'

/** Bridge subsystem IDs, registers from +2. */
export const bridgeSubsystem = struct(
  'pci-cap-ssvid',
  {
    reserved: reserved(2),
    subsystemVendorId: u16.asHex(),
    subsystemId: u16.asHex(),
  },
  { title: 'Bridge subsystem vendor and device ID', source: 'linux/pci_regs.h PCI_SSVID_*' },
)
