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
  CAP_INFO_LEAST_ARGSZ,
  type PciCapInfo,
  pciCapInfoCodec,
  pciCapInfoCodes,
  pciCapInfoFormat,
  VFIO_GET_PCI_CAP_INFO,
} from './pci-cap-info.ts'
export {
  msixMappableCodec,
  type RegionCapability,
  type RegionInfo,
  regionInfoFormat,
  regionInfoHeadCodec,
  regionTypeCodec,
  sparseMmapCodec,
} from './region-info/index.ts'
export { type RegionType, regionTypes, regionTypesOf, regionVendor } from './region-types.ts'
export { type PciStatusSet, pciStatusSetCodec, pciStatusSetFormat } from './status-set.ts'
