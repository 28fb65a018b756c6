import { defineCodes } from '../../findings/index.ts'
import * as generated from '../../generated/pci/extended/ltr.js'
import { codec } from '../../layout/index.ts'
import { capability } from '../capability.ts'
import { latencyToleranceReporting } from './ltr.layout.ts'

const codes = defineCodes({
  'pci/ltr-scale': {
    severity: 'warning',
    title: 'a latency has an illegal scale',
    explanation: 'Scales above 5 (32^5 ns) are not permitted; the function cannot tell what latency is meant.',
    source: 'PCI Express Base, Latency Tolerance Reporting; linux/pci_regs.h PCI_LTR_SCALE_MASK',
  },
})

const MOST_SCALE = 5

export const ltr = capability({
  id: 0x18,
  name: 'LTR',
  codec: codec(latencyToleranceReporting, generated.latencyToleranceReporting),
  codes,
  check(latencies, report) {
    for (const [register, { scale }] of Object.entries(latencies)) {
      if (scale <= MOST_SCALE) continue
      report('pci/ltr-scale', `The latency scale ${scale} is above ${MOST_SCALE}.`, [register, 'scale'])
    }
  },
})
