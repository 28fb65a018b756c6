import { counted, defineCodes } from '../../findings/index.ts'
import * as generated from '../../generated/pci/legacy/af.js'
import { codec } from '../../layout/index.ts'
import { capability } from '../capability.ts'
import { advancedFeatures } from './af.layout.ts'

const codes = defineCodes({
  'pci/af-length': {
    severity: 'warning',
    title: 'the Advanced Features capability does not say that it is 6 bytes long',
    explanation: 'It has one form only. The register is damaged, or the capability is something else.',
    source: 'linux/pci_regs.h PCI_AF_LENGTH',
  },
})

export const af = capability({
  id: 0x13,
  name: 'AF',
  codec: codec(advancedFeatures, generated.advancedFeatures),
  codes,
  check({ length }, report) {
    if (length !== 6)
      report('pci/af-length', `The capability says that it is ${counted(length, 'byte')} long, not 6.`, ['length'])
  },
})
