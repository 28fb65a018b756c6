import {
  atLeast,
  bit,
  bits,
  both,
  type Expression,
  either,
  equals,
  field,
  optional,
  rest,
  span,
  struct,
  u16,
  when,
} from '../../layout/index.ts'
import { expressDevice, expressDevice2 } from './pcie-device.layout.ts'
import { expressLink, expressLink2 } from './pcie-link.layout.ts'
import { expressRoot, expressSlot, expressSlot2 } from './pcie-slot.layout.ts'

/** Device and port types by number. */
export const EXPRESS_TYPES = {
  0: 'endpoint',
  1: 'legacy-endpoint',
  4: 'root-port',
  5: 'upstream-port',
  6: 'downstream-port',
  7: 'pcie-to-pci-bridge',
  8: 'pci-to-pcie-bridge',
  9: 'root-complex-endpoint',
  10: 'root-complex-event-collector',
} as const

const version = field('capabilities.version')
const slotImplemented = field('capabilities.slotImplemented')
const isOneOf = (...types: (keyof typeof EXPRESS_TYPES)[]): Expression =>
  types.map((type) => equals('capabilities.type', type)).reduce((a, b) => either(a, b))

const inRootComplex = isOneOf(9, 10)
const hasLink = when(inRootComplex, 0, 1)
const hasRoot = isOneOf(4, 10)
const hasSlot = both(isOneOf(4, 6, 8), slotImplemented)

// From version 2 on the registers up to +0x2b have their places in every function, implemented or not. Version 1
// ends after the last register that the type has; version 0, an erratum of some VFs, is version 1 in all but number.
const fromVersion2 = atLeast(version, 2)
const inVersion1 = (has: Expression): Expression => either(fromVersion2, has)

/** PCI Express, registers from +2. */
export const pciExpress = struct(
  'pci-cap-pcie',
  {
    capabilities: bits(u16, {
      version: span(0, 3).doc('capability version: 1 or 2'),
      type: span(4, 7, EXPRESS_TYPES),
      slotImplemented: bit(8),
      interruptMessage: span(9, 13).doc('MSI or MSI-X vector of the events of this capability'),
      reserved: rest(),
      flitMode: bit(15),
    }),
    device: expressDevice,
    link: optional(inVersion1(hasLink), expressLink),
    slot: optional(inVersion1(either(hasSlot, hasRoot)), expressSlot),
    root: optional(inVersion1(hasRoot), expressRoot),
    device2: optional(fromVersion2, expressDevice2),
    link2: optional(both(fromVersion2, hasLink), expressLink2),
    slot2: optional(both(fromVersion2, hasSlot), expressSlot2),
  },
  { title: 'PCI Express', source: 'linux/pci_regs.h PCI_EXP_*; lengths as Linux drivers/vfio/pci/vfio_pci_config.c' },
)
