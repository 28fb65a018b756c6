import {
  array,
  bit,
  bits,
  bytes,
  framed,
  inPlace,
  multiply,
  optional,
  remaining,
  reserved,
  rest,
  span,
  struct,
  u8,
  u32,
} from '../../layout/index.ts'

const SOURCE = 'linux/pci_regs.h PCI_EA_*'

/** What a resource is for, by number. */
const PROPERTIES = {
  0: 'memory',
  1: 'prefetchable-memory',
  2: 'io',
  3: 'vf-prefetchable-memory',
  4: 'vf-memory',
  5: 'bridge-memory',
  6: 'bridge-prefetchable-memory',
  7: 'bridge-io',
  253: 'reserved-memory',
  254: 'reserved-io',
  255: 'unavailable',
} as const

/** Which register a resource stands for, by number. */
const EQUIVALENTS = {
  0: 'bar0',
  1: 'bar1',
  2: 'bar2',
  3: 'bar3',
  4: 'bar4',
  5: 'bar5',
  6: 'behind-bridge',
  7: 'not-indicated',
  8: 'rom',
  9: 'vf-bar0',
  10: 'vf-bar1',
  11: 'vf-bar2',
  12: 'vf-bar3',
  13: 'vf-bar4',
  14: 'vf-bar5',
  15: 'reserved',
} as const

/** Where a resource is and how large. Its size is maxOffset + 1, the low two bits of maxOffset being ones. */
const range = struct(
  'pci-ea-range',
  {
    base: bits(u32, { reserved: rest(), is64Bit: bit(1), address: inPlace(2, 31).asHex() }),
    maxOffset: bits(u32, { reserved: rest(), is64Bit: bit(1), offset: inPlace(2, 31).asHex() }),
    baseHigh: optional('base.is64Bit', u32.asHex()),
    maxOffsetHigh: optional('maxOffset.is64Bit', u32.asHex()),
    more: bytes(remaining).doc('dwords that the entry size counts and the flags do not explain'),
  },
  { title: 'Enhanced Allocation range', source: SOURCE },
)

/** One fixed resource. */
const entry = struct(
  'pci-ea-entry',
  {
    control: bits(u32, {
      entrySize: span(0, 2).doc('dwords that follow: 2 to 4'),
      barEquivalent: span(4, 7, EQUIVALENTS),
      primaryProperties: span(8, 15, PROPERTIES),
      secondaryProperties: span(16, 23, PROPERTIES).doc('for software that does not know the primary ones'),
      writable: bit(30),
      enable: bit(31),
      reserved: rest(),
    }),
    range: framed(multiply(4, 'control.entrySize'), range),
  },
  { title: 'Enhanced Allocation entry', source: SOURCE },
)

const count = bits(u8, { entries: span(0, 5), reserved: rest() })

/** Enhanced Allocation of a function with a type 0 header, registers from +2. */
export const enhancedAllocation = struct(
  'pci-cap-ea',
  { count, reserved: reserved(1), entries: array(entry, 'count.entries') },
  { title: 'Enhanced Allocation', source: SOURCE },
)

/** Enhanced Allocation of a bridge, registers from +2. */
export const enhancedAllocationBridge = struct(
  'pci-cap-ea-bridge',
  {
    count,
    reserved: reserved(1),
    fixedSecondaryBus: u8,
    fixedSubordinateBus: u8,
    busReserved: reserved(2),
    entries: array(entry, 'count.entries'),
  },
  { title: 'Enhanced Allocation of a bridge', source: SOURCE },
)
