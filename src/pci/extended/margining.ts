import * as generated from '../../generated/pci/extended/margining.js'
import { codec } from '../../layout/index.ts'
import { capability } from '../capability.ts'
import { lanesExtent } from './lanes.ts'
import * as layout from './margining.layout.ts'

export const margining = capability({
  id: 0x27,
  name: 'Margining',
  codec: codec(layout.margining, generated.margining),
  extent: lanesExtent({ base: 0x08, bytesPerLane: 4 }),
})
