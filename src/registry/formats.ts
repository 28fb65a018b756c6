import { functionDumpFormat } from '../capture/function-dump/index.ts'
import {
  ioctlLogFormat,
  migrationTraceFormat,
  qemuTraceLogFormat,
  qmpLogFormat,
  straceLogFormat,
} from '../capture/trace/index.ts'
import { type CodeEntry, defineCodes } from '../findings/index.ts'
import { type Format, layoutCodes } from '../layout/index.ts'
import {
  configSpaceFormat,
  msixEntryFormat,
  msixPbaFormat,
  msixTableFormat,
  vfMigrationStatesFormat,
  vpdFormat,
} from '../pci/index.ts'
import { protocolCodes } from '../protocol/index.ts'
import {
  containerFormat,
  descriptorRingFormat,
  deviceStateBodyFormat,
  gvtImageFormat,
  i40eVfStateFormat,
  ixgbevfRegisterDumpFormat,
  ixgbevfRegistersFormat,
  mailboxMessageFormat,
  mailboxWordFormat,
  mdevBodyFormat,
  mdevRegionFormat,
  migrationStatusFormat,
  recordedRegistersFormat,
  rxReadFormat,
  rxWriteBackFormat,
  sriovBodyFormat,
  stateInPfFormat,
  txContextFormat,
  txReadFormat,
  txWriteBackFormat,
  vendorOpsRegionFormat,
} from '../vf-state/index.ts'
import {
  attachIommufdPtFormat,
  bindIommufdFormat,
  descriptorArgumentFormat,
  detachIommufdPtFormat,
  deviceFeatureFormat,
  deviceInfoFormat,
  deviceNameFormat,
  deviceStateCtlFormat,
  dirtyBitmapFormat,
  dirtyQueryFormat,
  dmaLoggingRangesFormat,
  dmaMapFormat,
  dmaUnmapFormat,
  dynamicTrapBarInfoFormat,
  gfxDmabufFormat,
  gfxEdidFormat,
  gfxPlaneFormat,
  groupStatusFormat,
  hwptGetDirtyBitmapFormat,
  hwptSetDirtyTrackingFormat,
  ioctlArgumentCodes,
  ioeventfdFormat,
  iommuGetDirtyBitmapFormat,
  iommuInfoFormat,
  irqInfoFormat,
  irqInfosFormat,
  irqSetFormat,
  mediateCapabilitiesFormat,
  migrationRegionV4Format,
  migrationRegionV8Format,
  pciCapInfoFormat,
  pciGetDirtyBitmapFormat,
  pciHotResetFormat,
  pciHotResetInfoFormat,
  pciStatusSetFormat,
  precopyInfoFormat,
  regionInfoFormat,
  regionInfosFormat,
  remapBarSignalFormat,
  sparseMmapDisablableFormat,
} from '../vfio/index.ts'

/** Every format, in the order of the documentation. A new format is one line here. */
export const formats: readonly Format[] = [
  configSpaceFormat,
  functionDumpFormat,
  msixEntryFormat,
  msixTableFormat,
  msixPbaFormat,
  vpdFormat,
  vfMigrationStatesFormat,
  pciCapInfoFormat,
  sriovBodyFormat,
  stateInPfFormat,
  mailboxWordFormat,
  mailboxMessageFormat,
  ixgbevfRegistersFormat,
  recordedRegistersFormat,
  ixgbevfRegisterDumpFormat,
  txReadFormat,
  txContextFormat,
  txWriteBackFormat,
  rxReadFormat,
  rxWriteBackFormat,
  descriptorRingFormat,
  migrationStatusFormat,
  containerFormat,
  deviceInfoFormat,
  regionInfoFormat,
  irqInfoFormat,
  regionInfosFormat,
  irqInfosFormat,
  iommuInfoFormat,
  gfxEdidFormat,
  irqSetFormat,
  deviceFeatureFormat,
  precopyInfoFormat,
  dmaMapFormat,
  dmaUnmapFormat,
  dirtyBitmapFormat,
  dmaLoggingRangesFormat,
  hwptSetDirtyTrackingFormat,
  hwptGetDirtyBitmapFormat,
  bindIommufdFormat,
  attachIommufdPtFormat,
  detachIommufdPtFormat,
  pciHotResetInfoFormat,
  pciHotResetFormat,
  ioeventfdFormat,
  gfxPlaneFormat,
  groupStatusFormat,
  descriptorArgumentFormat,
  gfxDmabufFormat,
  deviceNameFormat,
  pciStatusSetFormat,
  pciGetDirtyBitmapFormat,
  iommuGetDirtyBitmapFormat,
  gvtImageFormat,
  mdevRegionFormat,
  mdevBodyFormat,
  deviceStateCtlFormat,
  dirtyQueryFormat,
  mediateCapabilitiesFormat,
  dynamicTrapBarInfoFormat,
  sparseMmapDisablableFormat,
  migrationRegionV8Format,
  migrationRegionV4Format,
  remapBarSignalFormat,
  deviceStateBodyFormat,
  vendorOpsRegionFormat,
  i40eVfStateFormat,
  ioctlLogFormat,
  qemuTraceLogFormat,
  qmpLogFormat,
  straceLogFormat,
  migrationTraceFormat,
] as readonly Format[]

/** What can go wrong before a format is found. */
export const registryCodes = defineCodes({
  'registry/not-recognised': {
    severity: 'error',
    title: 'the input is of no known format',
    explanation:
      'Neither its magic, its size nor its content says what it is. Name the format with --as; `vfmig formats` lists them. Formats without a magic of their own are never detected.',
  },
})

export function findFormat(name: string): Format | undefined {
  return formats.find((format) => format.name === name)
}

/** Every finding code with its explanation, sorted by name. */
export function allCodes(): Map<string, CodeEntry> {
  const codes = new Map<string, CodeEntry>()
  const add = (entries: Readonly<Record<string, CodeEntry>>) => {
    for (const [code, entry] of Object.entries(entries)) codes.set(code, entry)
  }
  add(layoutCodes.entries)
  add(registryCodes.entries)
  add(protocolCodes.entries)
  add(ioctlArgumentCodes.entries)
  for (const format of formats) add(format.codes)
  return new Map([...codes].sort(([a], [b]) => (a < b ? -1 : 1)))
}
