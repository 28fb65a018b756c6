import { bit, bits, bytes, equals, inPlace, optional, rest, span, struct, u16, u32 } from '../../layout/index.ts'

const SOURCE = 'linux/pci_regs.h HT_*; pciutils ls-caps.c'

/** Bits 15:13 of the command word, where they say what the capability is. */
const interfaceType = () => span(13, 15, { 0: 'slave', 1: 'host' })

/** Sub-types of five bits, 15:11 of the command word. */
const CAPABILITY_TYPES = {
  16: 'interrupt-discovery',
  17: 'revision-id',
  18: 'unit-id-clumping',
  19: 'extended-configuration',
  20: 'address-mapping',
  21: 'msi-mapping',
  22: 'direct-route',
  23: 'virtual-channel-set',
  24: 'error-retry',
  26: 'generation-3',
  28: 'power-management',
} as const

/** HyperTransport slave or primary interface, registers from +2. */
export const hypertransportSlave = struct(
  'pci-cap-ht-slave',
  {
    command: bits(u16, {
      baseUnitId: span(0, 4),
      unitCount: span(5, 9),
      masterHost: bit(10),
      defaultDirection: bit(11),
      dropOnUninitializedLink: bit(12),
      type: interfaceType(),
    }),
    moreRegisters: bytes(24).doc('link control, configuration and frequency registers, undivided'),
  },
  { title: 'HyperTransport slave or primary interface', source: SOURCE },
)

/** HyperTransport host or secondary interface, registers from +2. */
export const hypertransportHost = struct(
  'pci-cap-ht-host',
  {
    command: bits(u16, {
      warmReset: bit(0),
      doubleEnded: bit(1),
      deviceNumber: span(2, 6),
      chainSide: bit(7),
      hostHide: bit(8),
      actAsSlave: bit(10),
      hostInboundEndOfChainError: bit(11),
      dropOnUninitializedLink: bit(12),
      type: interfaceType(),
      reserved: rest(),
    }),
    moreRegisters: bytes(20).doc('link control, configuration and frequency registers, undivided'),
  },
  { title: 'HyperTransport host or secondary interface', source: SOURCE },
)

/** HyperTransport MSI mapping, registers from +2: the window that is turned into interrupt messages. */
export const hypertransportMsiMapping = struct(
  'pci-cap-ht-msi-mapping',
  {
    command: bits(u16, {
      enable: bit(0),
      fixed: bit(1).doc('the window is at 0xfee00000 and there are no address registers'),
      type: span(11, 15, CAPABILITY_TYPES),
      reserved: rest(),
    }),
    address: optional(
      equals('command.fixed', 0),
      struct(
        'pci-cap-ht-msi-address',
        { low: bits(u32, { reserved: rest(), window: inPlace(20, 31).asHex() }), high: u32.asHex() },
        { title: 'HyperTransport MSI mapping window', source: SOURCE },
      ),
    ),
  },
  { title: 'HyperTransport MSI mapping', source: SOURCE },
)

/** Any other HyperTransport capability: its command word. What follows has no stated length. */
export const hypertransportOther = struct(
  'pci-cap-ht-other',
  {
    command: bits(u16, {
      registers: span(0, 10).asHex().doc('meaning depends on the type'),
      type: span(11, 15, CAPABILITY_TYPES),
    }),
  },
  { title: 'HyperTransport capability', source: SOURCE },
)
