import * as generated from '../../generated/pci/legacy/hypertransport.js'
import { codec, type StructType } from '../../layout/index.ts'
import { capabilityWithVariants } from '../capability.ts'
import {
  hypertransportHost,
  hypertransportMsiMapping,
  hypertransportOther,
  hypertransportSlave,
} from './hypertransport.layout.ts'

const slave = codec(hypertransportSlave, generated.hypertransportSlave)
const host = codec(hypertransportHost, generated.hypertransportHost)
const msiMapping = codec(hypertransportMsiMapping, generated.hypertransportMsiMapping)
const other = codec(hypertransportOther, generated.hypertransportOther)

/** Codes in the high byte of the command word: three bits wide for the link interfaces, five bits for the rest. */
const INTERFACE_MASK = 0xe0
const SLAVE = 0x00
const HOST = 0x20
const TYPE_MASK = 0xf8
const MSI_MAPPING = 0xa8

export const hypertransport = capabilityWithVariants<StructType>({
  id: 0x08,
  name: 'HT',
  title: 'HyperTransport',
  variants: [slave, host, msiMapping, other],
  select(registers) {
    const code = registers[1]
    if (code === undefined) return undefined
    if ((code & INTERFACE_MASK) === SLAVE) return slave
    if ((code & INTERFACE_MASK) === HOST) return host
    return (code & TYPE_MASK) === MSI_MAPPING ? msiMapping : other
  },
})
