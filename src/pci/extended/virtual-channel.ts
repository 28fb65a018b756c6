import * as generated from '../../generated/pci/extended/virtual-channel.js'
import { codec } from '../../layout/index.ts'
import { capability } from '../capability.ts'
import * as layouts from './virtual-channel.layout.ts'

export const virtualChannel = capability({
  id: 0x02,
  name: 'VC',
  codec: codec(layouts.virtualChannels, generated.virtualChannels),
})

export const virtualChannel9 = capability({
  id: 0x09,
  name: 'VC9',
  codec: codec(layouts.virtualChannels9, generated.virtualChannels9),
})

export const multiFunctionVirtualChannel = capability({
  id: 0x08,
  name: 'MFVC',
  codec: codec(layouts.multiFunctionVirtualChannels, generated.multiFunctionVirtualChannels),
})
