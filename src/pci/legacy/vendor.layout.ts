import {
  add,
  bytes,
  enumeration,
  equals,
  optional,
  position,
  remaining,
  reserved,
  struct,
  subtract,
  u8,
  u16,
  u32,
} from '../../layout/index.ts'

const length = u8.doc('bytes of the whole capability, its ID and pointer included')

/** Vendor-specific capability of unknown content, registers from +2. */
export const vendorSpecific = struct(
  'pci-cap-vendor',
  { length, body: bytes(subtract('length', 3)).doc('defined by the vendor') },
  { title: 'Vendor-specific', source: 'linux/pci_regs.h PCI_CAP_ID_VNDR' },
)

/** The same where the length reaches past the end of the list's space: the body is what is there. */
export const vendorClipped = struct(
  'pci-cap-vendor-clipped',
  { length, body: bytes(remaining).doc('defined by the vendor; shorter than the length says') },
  { title: 'Vendor-specific, cut at the end of the space', source: 'linux/pci_regs.h PCI_CAP_ID_VNDR' },
)

const VIRTIO_TYPES = {
  1: 'common',
  2: 'notify',
  3: 'isr',
  4: 'device',
  5: 'pci-access',
  8: 'shared-memory',
  9: 'vendor',
} as const

const cfgType = enumeration(u8, VIRTIO_TYPES).doc('which structure this is')

/** Where a virtio device keeps one of its structures, registers from +2. */
export const virtioStructure = struct(
  'pci-cap-virtio',
  {
    length,
    cfgType,
    bar: u8.doc('base address register that leads to it'),
    structureId: u8.doc('tells several structures of one type apart'),
    padding: reserved(2),
    structureOffset: u32.asHex().doc('offset in the BAR, in bytes'),
    structureLength: u32.asHex().doc('length in the BAR, in bytes'),
    notifyMultiplier: optional(equals('cfgType', 2), u32.doc('bytes between the notification addresses of two queues')),
    windowData: optional(equals('cfgType', 5), bytes(4).doc('data of the access window')),
    structureOffsetHigh: optional(equals('cfgType', 8), u32.asHex()),
    structureLengthHigh: optional(equals('cfgType', 8), u32.asHex()),
    more: bytes(subtract('length', add(position, 2))).doc('behind the registers that the type has'),
  },
  { title: 'Virtio structure', source: 'virtio 1.4, 4.1.4 Virtio Structure PCI Capabilities' },
)

/** What the vendor of a virtio device adds, registers from +2; it is no structure in a BAR. */
export const virtioVendorData = struct(
  'pci-cap-virtio-vendor',
  {
    length,
    cfgType,
    vendorId: u16.asHex().doc('whose data this is'),
    body: bytes(subtract('length', 6)).doc('defined by the vendor'),
  },
  { title: 'Virtio vendor data', source: 'virtio 1.4, 4.1.4.8 Vendor data capability' },
)
