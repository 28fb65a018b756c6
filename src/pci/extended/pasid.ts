import { defineCodes } from '../../findings/index.ts'
import * as generated from '../../generated/pci/extended/pasid.js'
import { codec } from '../../layout/index.ts'
import { capability } from '../capability.ts'
import { processAddressSpaceId } from './pasid.layout.ts'

const codes = defineCodes({
  'pci/pasid-width': {
    severity: 'warning',
    title: 'the PASID width is above 20 bits',
    explanation: 'A PASID has at most 20 bits. The register is damaged, or the capability is something else.',
    source: 'PCI Express Base, PASID Capability register',
  },
  'pci/pasid-unsupported': {
    severity: 'warning',
    title: 'a PASID permission is enabled that the function does not offer',
    explanation:
      'The control register enables execute permission or privileged mode although the capability register does not offer it. The function ignores the bit or behaves in an undefined way.',
    source: 'PCI Express Base, PASID Control register; linux/pci_regs.h PCI_PASID_*',
  },
})

const MOST_BITS = 20

export const pasid = capability({
  id: 0x1b,
  name: 'PASID',
  codec: codec(processAddressSpaceId, generated.processAddressSpaceId),
  codes,
  check({ capability: offered, control }, report) {
    if (offered.width > MOST_BITS) {
      report('pci/pasid-width', `A PASID of ${offered.width} bits is wider than ${MOST_BITS}.`, ['capability', 'width'])
    }
    for (const permission of ['executePermission', 'privilegedMode'] as const) {
      if (!control[permission] || offered[permission]) continue
      report('pci/pasid-unsupported', `PASID enables ${permission}, which it does not offer.`, ['control', permission])
    }
  },
})
