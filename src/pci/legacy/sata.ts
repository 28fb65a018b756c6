import * as generated from '../../generated/pci/legacy/sata.js'
import { codec } from '../../layout/index.ts'
import { capability } from '../capability.ts'
import { sataIndexData } from './sata.layout.ts'

export const sata = capability({ id: 0x12, name: 'SATA', codec: codec(sataIndexData, generated.sataIndexData) })
