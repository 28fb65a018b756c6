import * as generated from '../../generated/pci/extended/secondary-pcie.js'
import { capabilityWithLanes } from './lanes.ts'
import * as layouts from './secondary-pcie.layout.ts'

export const secondaryPcie = capabilityWithLanes({
  id: 0x19,
  name: 'SecPCIe',
  title: 'Secondary PCI Express',
  layouts,
  generated,
  base: 0x0c,
  bytesPerLane: 2,
})
