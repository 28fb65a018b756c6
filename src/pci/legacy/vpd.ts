import * as generated from '../../generated/pci/legacy/vpd.js'
import { codec } from '../../layout/index.ts'
import { capability } from '../capability.ts'
import { vpdAccess } from './vpd.layout.ts'

/** The window through which VPD is read; its contents are the format `pci-vpd`. */
export const vpdRegisters = capability({ id: 0x03, name: 'VPD', codec: codec(vpdAccess, generated.vpdAccess) })
