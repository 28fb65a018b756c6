import * as generated from '../../generated/pci/extended/ptm.js'
import { codec } from '../../layout/index.ts'
import { capability } from '../capability.ts'
import { precisionTimeMeasurement } from './ptm.layout.ts'

export const ptm = capability({
  id: 0x1f,
  name: 'PTM',
  codec: codec(precisionTimeMeasurement, generated.precisionTimeMeasurement),
})
