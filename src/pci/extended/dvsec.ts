import { defineCodes } from '../../findings/index.ts'
import * as generated from '../../generated/pci/extended/dvsec.js'
import { codec } from '../../layout/index.ts'
import { capability } from '../capability.ts'
import { designatedVendorSpecific } from './dvsec.layout.ts'

const codes = defineCodes({
  'pci/dvsec-length': {
    severity: 'warning',
    title: 'a designated vendor-specific capability states a length shorter than its headers',
    explanation:
      'The length counts all three headers, so it is at least 10. A reader that trusts it sees a negative body.',
    source: 'PCI Express Base, Designated Vendor-Specific Header 1; linux/pci_regs.h PCI_DVSEC_HEADER1_LEN',
  },
})

const LEAST = 10

export const dvsec = capability({
  id: 0x23,
  name: 'DVSEC',
  codec: codec(designatedVendorSpecific, generated.designatedVendorSpecific),
  codes,
  check({ header }, report) {
    if (header.length >= LEAST) return
    report('pci/dvsec-length', `The stated length ${header.length} is below ${LEAST}.`, ['header', 'length'])
  },
})
