import * as generated from '../generated/vfio/device-info.js'
import { codec, type Value } from '../layout/index.ts'
import { deviceInfoHead, pciAtomicCompleter, zpciBase, zpciGroup, zpciPfip, zpciUtil } from './device-info.layout.ts'
import { type Info, type InfoSpec, infoFormat } from './info/index.ts'

export const deviceInfoHeadCodec = codec(deviceInfoHead, generated.deviceInfoHead)
export const zpciBaseCodec = codec(zpciBase, generated.zpciBase)
export const zpciGroupCodec = codec(zpciGroup, generated.zpciGroup)
export const zpciUtilCodec = codec(zpciUtil, generated.zpciUtil)
export const zpciPfipCodec = codec(zpciPfip, generated.zpciPfip)
export const pciAtomicCompleterCodec = codec(pciAtomicCompleter, generated.pciAtomicCompleter)

/** Content of a device's capability. */
export type DeviceCapabilityBody =
  | Value<typeof zpciBase>
  | Value<typeof zpciGroup>
  | Value<typeof zpciUtil>
  | Value<typeof zpciPfip>
  | Value<typeof pciAtomicCompleter>

/** What VFIO_DEVICE_GET_INFO answers. */
export type DeviceInfo = Info<Value<typeof deviceInfoHead>, DeviceCapabilityBody>

export const deviceInfoSpec: InfoSpec<typeof deviceInfoHead, DeviceCapabilityBody> = {
  name: 'vfio-device-info',
  title: 'VFIO device information',
  head: deviceInfoHeadCodec,
  least: 16,
  capOffsetAt: 16,
  bodies: {
    1: zpciBaseCodec,
    2: zpciGroupCodec,
    3: zpciUtilCodec,
    4: zpciPfipCodec,
    5: pciAtomicCompleterCodec,
  },
}

export const deviceInfoFormat = infoFormat(deviceInfoSpec)
