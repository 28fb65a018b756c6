import * as generated from '../../generated/pci/legacy/debug-port.js'
import { codec } from '../../layout/index.ts'
import { capability } from '../capability.ts'
import { usbDebugPort } from './debug-port.layout.ts'

export const debugPort = capability({ id: 0x0a, name: 'Debug', codec: codec(usbDebugPort, generated.usbDebugPort) })
