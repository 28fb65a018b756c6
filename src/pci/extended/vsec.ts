import { defineCodes } from '../../findings/index.ts'
import * as generated from '../../generated/pci/extended/vsec.js'
import { codec } from '../../layout/index.ts'
import { capability } from '../capability.ts'
import { vendorSpecific } from './vsec.layout.ts'

const codes = defineCodes({
  'pci/vsec-length': {
    severity: 'warning',
    title: 'a vendor-specific capability states a length shorter than its headers',
    explanation: 'The length counts both headers, so it is at least 8. A reader that trusts it sees a negative body.',
    source: 'PCI Express Base, Vendor-Specific Header; linux/pci_regs.h PCI_VNDR_HEADER_LEN',
  },
})

const LEAST = 8

export const vsec = capability({
  id: 0x0b,
  name: 'VSEC',
  codec: codec(vendorSpecific, generated.vendorSpecific),
  codes,
  check({ header }, report) {
    if (header.length >= LEAST) return
    report('pci/vsec-length', `The stated length ${header.length} is below ${LEAST}.`, ['header', 'length'])
  },
})
