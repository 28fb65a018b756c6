import * as generated from '../../generated/pci/extended/physical-32gt.js'
import { capabilityWithLanes } from './lanes.ts'
import * as layouts from './physical-32gt.layout.ts'

export const physical32gt = capabilityWithLanes({
  id: 0x2a,
  name: '32GT',
  title: 'Physical Layer 32.0 GT/s',
  layouts,
  generated,
  base: 0x20,
  bytesPerLane: 1,
})
