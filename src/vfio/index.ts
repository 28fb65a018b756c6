export { MIGRATABLE } from './device-info.layout.ts'
export { type DeviceInfo, deviceInfoCodec, deviceInfoFormat } from './device-info.ts'
export {
  dirtyBitmapBytes,
  type IommuGetDirtyBitmap,
  iommuGetDirtyBitmapCodec,
  iommuGetDirtyBitmapFormat,
  type PciGetDirtyBitmap,
  pciGetDirtyBitmapCodec,
  pciGetDirtyBitmapFormat,
} from './dirty-bitmap-query.ts'
export { infoCapabilityCodec } from './info-chain.ts'
export { type VfioIoctl, vfioIoctls, vfioIoctlsOf, vfioRequest } from './ioctl-numbers.ts'
export { type IrqInfo, irqInfoCodec, irqInfoFormat } from './irq-info.ts'
export {
  msixMappableCodec,
  type RegionCapability,
  type RegionInfo,
  regionInfoFormat,
  regionInfoHeadCodec,
  regionTypeCodec,
  sparseMmapCodec,
} from './region-info/index.ts'
export { DEVICE_STATE_REGION_INDEX, type RegionType, regionTypes, regionTypesOf, regionVendor } from './region-types.ts'
export { type PciStatusSet, pciStatusSetCodec, pciStatusSetFormat } from './status-set.ts'
