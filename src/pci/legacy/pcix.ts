import * as generated from '../../generated/pci/legacy/pcix.js'
import { codec, type StructType } from '../../layout/index.ts'
import { capabilityWithVariants } from '../capability.ts'
import { pcixBridge, pcixDevice } from './pcix.layout.ts'

const device = codec(pcixDevice, generated.pcixDevice)
const bridge = codec(pcixBridge, generated.pcixBridge)

export const pcix = capabilityWithVariants<StructType>({
  id: 0x07,
  name: 'PCI-X',
  title: pcixDevice.facts.title,
  variants: [device, bridge],
  select: (_, { facts }) => (facts.headerLayout === 1 ? bridge : device),
})
