import * as generated from '../../generated/pci/extended/physical-16gt.js'
import { codec } from '../../layout/index.ts'
import { capability } from '../capability.ts'
import { lanesExtent } from './lanes.ts'
import * as layout from './physical-16gt.layout.ts'

export const physical16gt = capability({
  id: 0x26,
  name: '16GT',
  codec: codec(layout.physical16gt, generated.physical16gt),
  extent: lanesExtent({ base: 0x20, bytesPerLane: 1 }),
})
