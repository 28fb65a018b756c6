import { defineCodes } from '../../findings/index.ts'
import * as generated from '../../generated/pci/extended/rebar.js'
import { codec, type Value } from '../../layout/index.ts'
import { type CapabilityReport, capability } from '../capability.ts'
import { resizableBars, vfResizableBars } from './rebar.layout.ts'

const codes = defineCodes({
  'pci/rebar-count': {
    severity: 'warning',
    title: 'the number of resizable BARs is not 1 to 6',
    explanation: 'Where the capability exists there is at least one resizable BAR, and a function has six BARs.',
    source: 'PCI Express Base, Resizable BAR Control; linux/pci_regs.h PCI_REBAR_CTRL_NBAR_MASK',
  },
  'pci/rebar-index': {
    severity: 'warning',
    title: 'a resizable BAR has an index above 5',
    explanation: 'BARs are numbered 0 to 5; 6 and 7 are reserved, so it is unknown which BAR is meant.',
    source: 'PCI Express Base, Resizable BAR Control; linux/pci_regs.h PCI_REBAR_CTRL_BAR_IDX',
  },
  'pci/rebar-size-unsupported': {
    severity: 'warning',
    title: 'the size of a resizable BAR is one that it does not support',
    explanation:
      'The control register selects a size that is not among the supported ones. A destination that restores it gets another size, and the BAR addresses of the guest no longer fit.',
    source: 'PCI Express Base, Resizable BAR Capability and Control; linux/pci_regs.h PCI_REBAR_*',
  },
})

type Bars = Value<typeof resizableBars>
type Codes = keyof typeof codes.entries

const MOST_BARS = 6
/** Sizes from 2^28 MiB on are listed in the control register. */
const FIRST_LARGE = 28

export const rebar = capability({
  id: 0x15,
  name: 'ReBAR',
  codec: codec(resizableBars, generated.resizableBars),
  codes,
  check: checkBars,
})

export const vfRebar = capability({
  id: 0x24,
  name: 'VF-ReBAR',
  codec: codec(vfResizableBars, generated.vfResizableBars),
  codes,
  check: checkBars,
})

function checkBars({ firstBar, furtherBars }: Bars, report: CapabilityReport<Codes>): void {
  const { barCount } = firstBar.control
  if (barCount < 1 || barCount > MOST_BARS) {
    const message = `${barCount} resizable BARs are stated; there are 1 to ${MOST_BARS}.`
    report('pci/rebar-count', message, ['firstBar', 'control', 'barCount'])
  }
  const entries = [
    { path: ['firstBar'], bar: firstBar },
    ...furtherBars.map((bar, index) => ({ path: ['furtherBars', index], bar })),
  ]
  for (const { path, bar } of entries) {
    const { barIndex, size } = bar.control
    if (barIndex >= MOST_BARS) {
      report('pci/rebar-index', `There is no BAR ${barIndex}.`, [...path, 'control', 'barIndex'])
    }
    if (!supports(bar, size)) {
      const message = `BAR ${barIndex} has a size of 2^${size} MiB, which it does not support.`
      report('pci/rebar-size-unsupported', message, [...path, 'control', 'size'])
    }
  }
}

function supports({ capability: { sizes }, control: { largeSizes } }: Bars['firstBar'], size: number): boolean {
  const bit = size < FIRST_LARGE ? Math.floor(sizes / 2 ** size) : Math.floor(largeSizes / 2 ** (size - FIRST_LARGE))
  return bit % 2 === 1
}
