import * as generated from '../../generated/pci/extended/dpc.js'
import { codec } from '../../layout/index.ts'
import { capability } from '../capability.ts'
import { downstreamPortContainment } from './dpc.layout.ts'

export const dpc = capability({
  id: 0x1d,
  name: 'DPC',
  codec: codec(downstreamPortContainment, generated.downstreamPortContainment),
})
