import * as generated from '../../generated/pci/extended/margining.js'
import { capabilityWithLanes } from './lanes.ts'
import * as layouts from './margining.layout.ts'

export const margining = capabilityWithLanes({
  id: 0x27,
  name: 'Margining',
  title: 'Lane Margining at the Receiver',
  layouts,
  generated,
  base: 0x08,
  bytesPerLane: 4,
})
