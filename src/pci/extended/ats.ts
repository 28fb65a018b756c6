import * as generated from '../../generated/pci/extended/ats.js'
import { codec } from '../../layout/index.ts'
import { capability } from '../capability.ts'
import { addressTranslationServices } from './ats.layout.ts'

export const ats = capability({
  id: 0x0f,
  name: 'ATS',
  codec: codec(addressTranslationServices, generated.addressTranslationServices),
})
