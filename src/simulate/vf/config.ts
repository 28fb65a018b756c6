/** Vectors of the VF: two for queues, the last for the mailbox. */
export const VECTORS = 3
export const MAILBOX_VECTOR = 2
/** Bytes of the MSI-X table. */
export const MSIX_BYTES = 16 * VECTORS

export const COMMAND = 0x04
export const BUS_MASTER = 0x04
export const CAPABILITIES_POINTER = 0x34
export const MSIX_AT = 0x70
/** The MSI-X control word in the capability. */
export const MSIX_CONTROL = MSIX_AT + 2

/** Its capabilities: ID, first byte and length. */
export const CAPABILITIES = [
  { id: 0x11, offset: MSIX_AT, length: 12 },
  { id: 0x10, offset: 0xa0, length: 60 },
] as const

/** What stands in the configuration space of an 82599 VF as its guest sees it; all other bytes are zero. */
const INITIAL: readonly (readonly [offset: number, bytes: readonly number[]])[] = [
  [0x00, [0x86, 0x80, 0xed, 0x10]],
  // Memory decoding and bus mastering; a capability list.
  [0x04, [0x06, 0x04, 0x10, 0x00]],
  // Revision 1, Ethernet controller.
  [0x08, [0x01, 0x00, 0x00, 0x02]],
  // BAR 0 and BAR 3: 64 bits, memory.
  [0x10, [0x04, 0x00, 0x80, 0xfe]],
  [0x1c, [0x04, 0x00, 0x84, 0xfe]],
  [0x2c, [0x86, 0x80, 0x03, 0x00]],
  [CAPABILITIES_POINTER, [MSIX_AT]],
  // MSI-X: three entries, enabled; table in BAR 3, PBA behind it.
  [MSIX_AT, [0x11, 0xa0, VECTORS - 1, 0x80, 0x03, 0x00, 0x00, 0x00, 0x03, 0x20, 0x00, 0x00]],
  // PCI Express version 2, endpoint, function-level reset.
  [0xa0, [0x10, 0x00, 0x02, 0x00, 0xc2, 0x8c, 0x00, 0x10]],
]

/** Base address registers as they stand in a configuration space. */
export function barsIn(config: Uint8Array): number[] {
  const view = new DataView(config.buffer, config.byteOffset)
  return Array.from({ length: 6 }, (_, index) => view.getUint32(0x10 + 4 * index, true))
}

/** Vendor and device ID. */
export interface DeviceIds {
  readonly vendorId: number
  readonly deviceId: number
}

/** Configuration space of a VF before anything is written to it; its subsystem is of the vendor, too. */
export function initialConfig(ids?: DeviceIds): Uint8Array {
  const config = new Uint8Array(4096)
  for (const [offset, bytes] of INITIAL) config.set(bytes, offset)
  if (ids === undefined) return config
  const view = new DataView(config.buffer)
  view.setUint16(0x00, ids.vendorId, true)
  view.setUint16(0x02, ids.deviceId, true)
  view.setUint16(0x2c, ids.vendorId, true)
  return config
}
