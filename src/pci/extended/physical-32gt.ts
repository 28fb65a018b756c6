import * as generated from '../../generated/pci/extended/physical-32gt.js'
import { codec } from '../../layout/index.ts'
import { capability } from '../capability.ts'
import { lanesExtent } from './lanes.ts'
import * as layout from './physical-32gt.layout.ts'

export const physical32gt = capability({
  id: 0x2a,
  name: '32GT',
  codec: codec(layout.physical32gt, generated.physical32gt),
  extent: lanesExtent({ base: 0x20, bytesPerLane: 1 }),
})
