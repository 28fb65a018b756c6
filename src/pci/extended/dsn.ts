import * as generated from '../../generated/pci/extended/dsn.js'
import { codec } from '../../layout/index.ts'
import { capability } from '../capability.ts'
import { deviceSerialNumber } from './dsn.layout.ts'

export const dsn = capability({
  id: 0x03,
  name: 'DSN',
  codec: codec(deviceSerialNumber, generated.deviceSerialNumber),
})
