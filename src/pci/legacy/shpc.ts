import * as generated from '../../generated/pci/legacy/shpc.js'
import { codec } from '../../layout/index.ts'
import { capability } from '../capability.ts'
import { standardHotPlug } from './shpc.layout.ts'

export const shpc = capability({ id: 0x0c, name: 'SHPC', codec: codec(standardHotPlug, generated.standardHotPlug) })
