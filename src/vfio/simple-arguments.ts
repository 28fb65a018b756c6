import * as generated from '../generated/vfio/simple-arguments.js'
import { codec, structureFormat } from '../layout/index.ts'
import { descriptorArgument, deviceName, gfxDmabuf } from './simple-arguments.layout.ts'

export const descriptorArgumentCodec = codec(descriptorArgument, generated.descriptorArgument)
export const gfxDmabufCodec = codec(gfxDmabuf, generated.gfxDmabuf)
export const deviceNameCodec = codec(deviceName, generated.deviceName)

export const descriptorArgumentFormat = structureFormat({ codec: descriptorArgumentCodec })
export const gfxDmabufFormat = structureFormat({ codec: gfxDmabufCodec })
export const deviceNameFormat = structureFormat({ codec: deviceNameCodec })
