import { bit, bits, rest, span, struct, u32 } from '../../layout/index.ts'

/** Precision Time Measurement, registers from +4. */
export const precisionTimeMeasurement = struct(
  'pci-ecap-ptm',
  {
    capability: bits(u32, {
      requester: bit(0),
      responder: bit(1),
      root: bit(2),
      localClockGranularity: span(8, 15).doc('ns; 0 is no local clock, 255 more than 254 ns'),
      reserved: rest(),
    }),
    control: bits(u32, {
      enable: bit(0),
      rootSelect: bit(1),
      effectiveGranularity: span(8, 15).doc('ns; 0 is unknown, 255 more than 254 ns'),
      reserved: rest(),
    }),
  },
  { title: 'Precision Time Measurement', source: 'linux/pci_regs.h PCI_PTM_*' },
)
