import { bit, bits, rest, span, struct, u8, u16 } from '../../layout/index.ts'

/** Power Management, registers from +2. */
export const powerManagement = struct(
  'pci-cap-pm',
  {
    capabilities: bits(u16, {
      version: span(0, 2).doc('revision of the PM specification: 1, 2 or 3'),
      pmeClock: bit(3).doc('PME# needs the PCI clock'),
      immediateReadinessOnD0: bit(4).doc('accessible at once after D3hot to D0'),
      deviceSpecificInit: bit(5),
      auxCurrent: span(6, 8).doc('3.3 V auxiliary current class'),
      d1Support: bit(9),
      d2Support: bit(10),
      pmeFromD0: bit(11),
      pmeFromD1: bit(12),
      pmeFromD2: bit(13),
      pmeFromD3hot: bit(14),
      pmeFromD3cold: bit(15),
    }),
    control: bits(u16, {
      powerState: span(0, 1, { 0: 'D0', 1: 'D1', 2: 'D2', 3: 'D3hot' }),
      noSoftReset: bit(3).doc('D3hot to D0 keeps the configuration'),
      pmeEnable: bit(8),
      dataSelect: span(9, 12),
      dataScale: span(13, 14),
      pmeStatus: bit(15).doc('write 1 to clear'),
      reserved: rest(),
    }),
    bridgeExtensions: bits(u8, {
      reserved: rest(),
      b2b3: bit(6),
      busPowerClockControl: bit(7),
    }),
    data: u8.doc('value that dataSelect chose'),
  },
  { title: 'Power Management', source: 'linux/pci_regs.h PCI_PM_*' },
)
