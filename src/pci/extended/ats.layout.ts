import { bit, bits, rest, span, struct, u16 } from '../../layout/index.ts'

/** Address Translation Services, registers from +4. */
export const addressTranslationServices = struct(
  'pci-ecap-ats',
  {
    capability: bits(u16, {
      invalidateQueueDepth: span(0, 4).doc('requests taken without backpressure; 0 is 32'),
      pageAlignedRequest: bit(5),
      globalInvalidate: bit(6),
      reserved: rest(),
    }),
    control: bits(u16, {
      smallestTranslationUnit: span(0, 4).doc('pages of 2^(n+12) bytes'),
      enable: bit(15),
      reserved: rest(),
    }),
  },
  { title: 'Address Translation Services', source: 'linux/pci_regs.h PCI_ATS_*' },
)
