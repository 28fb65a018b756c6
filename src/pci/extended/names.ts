/** What is known of an extended capability that has no description. */
export interface ExtendedName {
  readonly name: string
  readonly title: string
  /** Bytes with the head, where they never change. */
  readonly length?: number
}

/** The head alone: what VFIO leaves of a first capability that it hides. */
const NULL: ExtendedName = { name: 'Null', title: 'Null', length: 4 }

const OPAQUE: readonly (readonly [id: number, name: string, title: string])[] = [
  [0x05, 'RC-Link', 'Root Complex Link Declaration'],
  [0x06, 'RC-Int-Link', 'Root Complex Internal Link Control'],
  [0x07, 'RCEC', 'Root Complex Event Collector Endpoint Association'],
  [0x0a, 'RCRB', 'Root Complex Register Block Header'],
  [0x0c, 'CAC', 'Configuration Access Correlation'],
  [0x11, 'MR-IOV', 'Multi-Root I/O Virtualization'],
  [0x12, 'Multicast', 'Multicast'],
  [0x14, 'AMD', 'Reserved for AMD'],
  [0x1a, 'PMUX', 'Protocol Multiplexing'],
  [0x1c, 'LNR', 'Lightweight Notification Requester'],
  [0x20, 'M-PCIe', 'PCI Express over M-PHY'],
  [0x21, 'FRS', 'FRS Queueing'],
  [0x22, 'RTR', 'Readiness Time Reporting'],
  [0x28, 'Hierarchy-ID', 'Hierarchy ID'],
  [0x2b, 'Alt-Protocol', 'Alternate Protocol'],
  [0x2c, 'SFI', 'System Firmware Intermediary'],
  [0x2f, 'Dev3', 'Device 3'],
  [0x30, 'IDE', 'Integrity and Data Encryption'],
  [0x31, '64GT', 'Physical Layer 64.0 GT/s'],
  [0x32, 'Flit-Log', 'Flit Logging'],
  [0x33, 'Flit-Performance', 'Flit Performance Measurement'],
  [0x34, 'Flit-Injection', 'Flit Error Injection'],
  [0x35, 'SVC', 'Streamlined Virtual Channel'],
  [0x36, 'MMIO-Locator', 'MMIO Register Block Locator'],
  [0x37, 'NOP-Flit', 'NOP Flit'],
  [0x38, 'SIOV', 'Scalable I/O Virtualization'],
  [0x39, '128GT', 'Physical Layer 128.0 GT/s'],
  [0x3a, 'Captured-Data', 'Captured Data'],
]

/**
 * Extended capabilities that are kept opaque, by ID.
 *
 * Sources: PCI Code and ID Assignment Specification; linux/pci_regs.h PCI_EXT_CAP_ID_*; pciutils lib/header.h.
 */
export const extendedNames: Readonly<Record<number, ExtendedName>> = {
  0: NULL,
  ...Object.fromEntries(OPAQUE.map(([id, name, title]) => [id, { name, title }])),
}
