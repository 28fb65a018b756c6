import { bits, equals, optional, reserved, rest, span, struct, u8, u32 } from '../../layout/index.ts'

const SOURCE = 'linux/pci_regs.h PCI_SATA_*; Serial ATA, index/data pair configuration'

/** The index/data pair where it stands in the capability itself. */
const inlinePair = struct(
  'pci-cap-sata-pair',
  { index: u32.asHex(), data: u32.asHex() },
  { title: 'SATA index/data pair', source: SOURCE },
)

/** SATA data/index configuration, registers from +2. */
export const sataIndexData = struct(
  'pci-cap-sata',
  {
    revision: bits(u8, { minor: span(0, 3), major: span(4, 7) }),
    reserved: reserved(1),
    location: bits(u32, {
      place: span(0, 3, {
        4: 'bar0',
        5: 'bar1',
        6: 'bar2',
        7: 'bar3',
        8: 'bar4',
        9: 'bar5',
        15: 'in-capability',
      }).doc('where the index/data pair is'),
      dwordOffset: span(4, 23).doc('offset of the pair in the BAR, in dwords'),
      reserved: rest(),
    }),
    pair: optional(equals('location.place', 15), inlinePair),
  },
  { title: 'SATA data/index configuration', source: SOURCE },
)
