import * as generated from '../../generated/pci/extended/dpa.js'
import { codec } from '../../layout/index.ts'
import { capability } from '../capability.ts'
import { dynamicPowerAllocation } from './dpa.layout.ts'

export const dpa = capability({
  id: 0x16,
  name: 'DPA',
  codec: codec(dynamicPowerAllocation, generated.dynamicPowerAllocation),
})
