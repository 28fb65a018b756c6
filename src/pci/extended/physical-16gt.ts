import * as generated from '../../generated/pci/extended/physical-16gt.js'
import { capabilityWithLanes } from './lanes.ts'
import * as layouts from './physical-16gt.layout.ts'

export const physical16gt = capabilityWithLanes({
  id: 0x26,
  name: '16GT',
  title: 'Physical Layer 16.0 GT/s',
  layouts,
  generated,
  base: 0x20,
  bytesPerLane: 1,
})
