export * from './device/index.ts'
export {
  type DeviceFeature,
  deviceFeatureCodec,
  deviceFeatureFormat,
  FEATURE_HEAD,
  FEATURES,
  type FeatureName,
  featureCodes,
  featureDataSize,
  featureOperations,
  featurePayloads,
} from './device-feature/index.ts'
export { MIGRATABLE } from './device-info.layout.ts'
export {
  type DeviceCapabilityBody,
  type DeviceInfo,
  deviceInfoFormat,
  deviceInfoHeadCodec,
  deviceInfoSpec,
  pciAtomicCompleterCodec,
  zpciBaseCodec,
  zpciGroupCodec,
  zpciPfipCodec,
  zpciUtilCodec,
} from './device-info.ts'
export {
  DEVICE_STATE_INTERFACE_VERSION,
  DEVICE_STATE_REGION,
  type DeviceStateCtl,
  type DirtyQuery,
  deviceStateCtlCodec,
  deviceStateCtlCodes,
  deviceStateCtlFormat,
  dirtyQueryCodec,
  dirtyQueryFormat,
} from './device-state-ctl.ts'
export {
  type IommuGetDirtyBitmap,
  iommuGetDirtyBitmapCodec,
  iommuGetDirtyBitmapFormat,
  type PciGetDirtyBitmap,
  pciGetDirtyBitmapCodec,
  pciGetDirtyBitmapFormat,
  queryBitmapBytes,
} from './dirty-bitmap-query.ts'
export * from './dma/index.ts'
export { errnoName, errnoNumber } from './errno.ts'
export { type FileKind, fileKindOf, migrationDriverOf, migrationFiles } from './file-kinds.ts'
export { type GfxEdid, gfxEdidCodec, gfxEdidCodes, gfxEdidFormat } from './gfx-edid.ts'
export { type GroupStatus, groupStatusCodec, groupStatusFormat } from './group-status.ts'
export {
  type Info,
  type InfoCapability,
  type InfoList,
  type InfoSpec,
  infoCapabilityCodec,
} from './info/index.ts'
export {
  type ArgumentReading,
  type IoctlArgument,
  ioctlArgumentCodes,
  ioctlArguments,
  readArgument,
} from './ioctl-arguments.ts'
export { isToday, resolveRequest, type VfioIoctl, vfioIoctls, vfioIoctlsOf, vfioRequest } from './ioctl-numbers.ts'
export {
  dmaAvailableCodec,
  type IommuCapabilityBody,
  type IommuInfo,
  iommuCodes,
  iommuInfoFormat,
  iommuInfoHeadCodec,
  iommuInfoSpec,
  iommuMigrationCodec,
  iovaRangesCodec,
} from './iommu-info.ts'
export {
  type IrqInfo,
  irqInfoFormat,
  irqInfoHeadCodec,
  irqInfoSpec,
  irqInfosFormat,
  irqTypeCodec,
  irqTypeOf,
  REMAP_BAR_IRQ,
} from './irq-info.ts'
export { type IrqSet, irqSetCodec, irqSetCodes, irqSetFormat } from './irq-set.ts'
export {
  type DisablableArea,
  DYNAMIC_TRAP_REGION,
  dynamicTrapBarInfoCodec,
  dynamicTrapBarInfoFormat,
  i40eSparseAreas,
  MEDIATE_OPEN_LIMIT,
  mediateCapabilitiesCodec,
  mediateCapabilitiesFormat,
  type SparseMmapDisablable,
  sparseAreaCodes,
  sparseMmapDisablableCodec,
  sparseMmapDisablableFormat,
} from './mediate-ops.ts'
export {
  ALL_DIRTY,
  copiedPages,
  judgeMigrationRegion,
  MIGRATION_HEADER_SIZE,
  MIGRATION_REGION,
  type MigrationRegionV4,
  type MigrationRegionV8,
  type MigrationState,
  migrationRegionCodes,
  migrationRegionV4Codec,
  migrationRegionV4Format,
  migrationRegionV8Codec,
  migrationRegionV8Format,
  migrationRegisters,
  migrationState,
} from './migration-region.ts'
export { V2_STATES, type V2State } from './migration-states.layout.ts'
export {
  ACTIVE_STATES,
  ALL_FEATURES,
  isSupported,
  PRE_COPY_STATES,
  SAVING_STATES,
  type V2Features,
  v2StateNumber,
  v2StateOf,
  v2States,
} from './migration-states.ts'
export { type ModuleAlias, makeModuleAlias, parseModuleAlias } from './module-alias.ts'
export { ADDRESS_SPACE } from './pages.ts'
export {
  CAP_INFO_LEAST_ARGSZ,
  type PciCapInfo,
  pciCapInfoCodec,
  pciCapInfoCodes,
  pciCapInfoFormat,
  VFIO_GET_PCI_CAP_INFO,
} from './pci-cap-info.ts'
export { type PrecopyInfo, precopyInfoCodec, precopyInfoCodes, precopyInfoFormat } from './precopy-info.ts'
export { FIXED_REGIONS, nextRegionIndex, resolveRegionIndex } from './region-index.ts'
export {
  msixMappableCodec,
  nvlink2SpeedCodec,
  nvlink2TargetCodec,
  type RegionCapability,
  type RegionCapabilityBody,
  type RegionInfo,
  regionInfoFormat,
  regionInfoHeadCodec,
  regionInfoSpec,
  regionInfosFormat,
  regionTypeCodec,
  sparseMmapCodec,
} from './region-info.ts'
export { DEVICE_STATE_REGION_INDEX, type RegionType, regionTypes, regionTypesOf, regionVendor } from './region-types.ts'
export {
  barsOfSignal,
  REMAP_ANSWERS,
  type RemapBarSignal,
  remapBarCodes,
  remapBarSignalCodec,
  remapBarSignalFormat,
  remapSignal,
} from './remap-bar.ts'
export {
  descriptorArgumentCodec,
  descriptorArgumentFormat,
  deviceNameCodec,
  deviceNameFormat,
  gfxDmabufCodec,
  gfxDmabufFormat,
} from './simple-arguments.ts'
export { type PciStatusSet, pciStatusSetCodec, pciStatusSetFormat } from './status-set.ts'
export * from './user/index.ts'
export { vendorOpsCodes } from './vendor-ops-codes.ts'
