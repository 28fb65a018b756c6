import * as generated from '../../generated/pci/extended/ari.js'
import { codec } from '../../layout/index.ts'
import { capability } from '../capability.ts'
import { alternativeRoutingId } from './ari.layout.ts'

export const ari = capability({
  id: 0x0e,
  name: 'ARI',
  codec: codec(alternativeRoutingId, generated.alternativeRoutingId),
})
