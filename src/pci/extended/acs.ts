import { defineCodes } from '../../findings/index.ts'
import * as generated from '../../generated/pci/extended/acs.js'
import { codec } from '../../layout/index.ts'
import { capability } from '../capability.ts'
import { accessControlServices } from './acs.layout.ts'

const codes = defineCodes({
  'pci/acs-unsupported': {
    severity: 'warning',
    title: 'an access control is enabled that the function does not offer',
    explanation:
      'The control register of ACS enables a service that the capability register does not list. The bit should read 0: one of the two registers is damaged, and isolation between VFs may not be what the control register says.',
    source: 'PCI Express Base, ACS Control register; linux/pci_regs.h PCI_ACS_*',
  },
})

const SERVICES = [
  'sourceValidation',
  'translationBlocking',
  'requestRedirect',
  'completionRedirect',
  'upstreamForwarding',
  'egressControl',
  'directTranslated',
] as const

export const acs = capability({
  id: 0x0d,
  name: 'ACS',
  codec: codec(accessControlServices, generated.accessControlServices),
  codes,
  check({ capability: offered, control }, report) {
    for (const service of SERVICES) {
      if (control[service] && !offered[service]) {
        report('pci/acs-unsupported', `ACS enables ${service}, which it does not offer.`, ['control', service])
      }
    }
  },
})
