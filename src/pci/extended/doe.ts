import * as generated from '../../generated/pci/extended/doe.js'
import { codec } from '../../layout/index.ts'
import { capability } from '../capability.ts'
import { dataObjectExchange } from './doe.layout.ts'

export const doe = capability({
  id: 0x2e,
  name: 'DOE',
  codec: codec(dataObjectExchange, generated.dataObjectExchange),
})
