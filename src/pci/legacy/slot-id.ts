import * as generated from '../../generated/pci/legacy/slot-id.js'
import { codec } from '../../layout/index.ts'
import { capability } from '../capability.ts'
import { slotIdentification } from './slot-id.layout.ts'

export const slotId = capability({
  id: 0x04,
  name: 'SlotID',
  codec: codec(slotIdentification, generated.slotIdentification),
})
