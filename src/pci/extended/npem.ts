import * as generated from '../../generated/pci/extended/npem.js'
import { codec } from '../../layout/index.ts'
import { capability } from '../capability.ts'
import { nativeEnclosureManagement } from './npem.layout.ts'

export const npem = capability({
  id: 0x29,
  name: 'NPEM',
  codec: codec(nativeEnclosureManagement, generated.nativeEnclosureManagement),
})
