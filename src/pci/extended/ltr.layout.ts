import { bits, rest, span, struct, u16 } from '../../layout/index.ts'

const latency = bits(u16, {
  value: span(0, 9),
  scale: span(10, 12).doc('latency in ns is value * 32^scale; 6 and 7 are illegal'),
  reserved: rest(),
})

/** Latency Tolerance Reporting, registers from +4. */
export const latencyToleranceReporting = struct(
  'pci-ecap-ltr',
  { maximumSnoopLatency: latency, maximumNoSnoopLatency: latency },
  { title: 'Latency Tolerance Reporting', source: 'linux/pci_regs.h PCI_LTR_*' },
)
