import { defineCodes } from '../../findings/index.ts'
import * as generated from '../../generated/pci/extended/tph.js'
import { codec, type Value } from '../../layout/index.ts'
import { capability } from '../capability.ts'
import { tphRequester } from './tph.layout.ts'

const codes = defineCodes({
  'pci/tph-reserved': {
    severity: 'warning',
    title: 'a TPH field has a reserved value',
    explanation:
      'The mode, the requester enable or the table location is a number that the specification reserves. How the function tags its requests is undefined.',
    source: 'PCI Express Base, TPH Requester; linux/pci_regs.h PCI_TPH_*',
  },
  'pci/tph-mode-unsupported': {
    severity: 'warning',
    title: 'TPH is enabled in a mode that the function does not offer',
    explanation: 'The control register selects a steering tag mode that the capability register does not list.',
    source: 'PCI Express Base, TPH Requester; linux/pci_regs.h PCI_TPH_*',
  },
})

type Tph = Value<typeof tphRequester>

export const tph = capability({
  id: 0x17,
  name: 'TPH',
  codec: codec(tphRequester, generated.tphRequester),
  codes,
  check({ capability: offered, control }, report) {
    const named = [
      ['capability', 'tableLocation', offered.tableLocation],
      ['control', 'mode', control.mode],
      ['control', 'requesterEnable', control.requesterEnable],
    ] as const
    for (const [register, member, value] of named) {
      if (typeof value === 'number') {
        report('pci/tph-reserved', `The ${member} of TPH is ${value}, which is reserved.`, [register, member])
      }
    }
    if (control.requesterEnable !== 'disabled' && !offers(offered, control.mode)) {
      const message = `TPH is enabled in ${control.mode} mode, which it does not offer.`
      report('pci/tph-mode-unsupported', message, ['control', 'mode'])
    }
  },
})

/** True for reserved modes too: they are reported for themselves. */
function offers(offered: Tph['capability'], mode: Tph['control']['mode']): boolean {
  if (mode === 'no-table') return offered.noTableMode
  if (mode === 'interrupt-vector') return offered.interruptVectorMode
  if (mode === 'device-specific') return offered.deviceSpecificMode
  return true
}
