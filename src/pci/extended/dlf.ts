import * as generated from '../../generated/pci/extended/dlf.js'
import { codec } from '../../layout/index.ts'
import { capability } from '../capability.ts'
import { dataLinkFeature } from './dlf.layout.ts'

export const dlf = capability({
  id: 0x25,
  name: 'DLF',
  codec: codec(dataLinkFeature, generated.dataLinkFeature),
})
