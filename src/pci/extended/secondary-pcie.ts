import * as generated from '../../generated/pci/extended/secondary-pcie.js'
import { codec } from '../../layout/index.ts'
import { capability } from '../capability.ts'
import { lanesExtent } from './lanes.ts'
import * as layout from './secondary-pcie.layout.ts'

export const secondaryPcie = capability({
  id: 0x19,
  name: 'SecPCIe',
  codec: codec(layout.secondaryPcie, generated.secondaryPcie),
  extent: lanesExtent({ base: 0x0c, bytesPerLane: 2 }),
})
