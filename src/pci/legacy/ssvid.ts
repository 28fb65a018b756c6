import * as generated from '../../generated/pci/legacy/ssvid.js'
import { codec } from '../../layout/index.ts'
import { capability } from '../capability.ts'
import { bridgeSubsystem } from './ssvid.layout.ts'

export const ssvid = capability({ id: 0x0d, name: 'SSVID', codec: codec(bridgeSubsystem, generated.bridgeSubsystem) })
