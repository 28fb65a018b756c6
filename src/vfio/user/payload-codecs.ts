import * as dma from '../../generated/vfio/user/dma.js'
import * as feature from '../../generated/vfio/user/feature.js'
import * as migration from '../../generated/vfio/user/migration.js'
import * as region from '../../generated/vfio/user/region.js'
import * as version from '../../generated/vfio/user/version.js'
import { codec, type Value } from '../../layout/index.ts'
import {
  vfioUserDirtyPages,
  vfioUserDmaAccess,
  vfioUserDmaAccessNarrow,
  vfioUserDmaAccessPadded,
  vfioUserDmaMap,
  vfioUserDmaUnmap,
} from './dma.layout.ts'
import { vfioUserDeviceFeature } from './feature.layout.ts'
import { vfioUserMigData, vfioUserMigDataRequest } from './migration.layout.ts'
import {
  vfioUserRegionAccess,
  vfioUserRegionIoFds,
  vfioUserWriteMulti,
  vfioUserWriteMultiReply,
} from './region.layout.ts'
import { vfioUserVersion } from './version.layout.ts'

export const vfioUserVersionCodec = codec(vfioUserVersion, version.vfioUserVersion)
export const vfioUserDmaMapCodec = codec(vfioUserDmaMap, dma.vfioUserDmaMap)
export const vfioUserDmaUnmapCodec = codec(vfioUserDmaUnmap, dma.vfioUserDmaUnmap)
export const vfioUserDirtyPagesCodec = codec(vfioUserDirtyPages, dma.vfioUserDirtyPages)
export const vfioUserDmaAccessCodec = codec(vfioUserDmaAccess, dma.vfioUserDmaAccess)
export const vfioUserDmaAccessNarrowCodec = codec(vfioUserDmaAccessNarrow, dma.vfioUserDmaAccessNarrow)
export const vfioUserDmaAccessPaddedCodec = codec(vfioUserDmaAccessPadded, dma.vfioUserDmaAccessPadded)
export const vfioUserRegionAccessCodec = codec(vfioUserRegionAccess, region.vfioUserRegionAccess)
export const vfioUserRegionIoFdsCodec = codec(vfioUserRegionIoFds, region.vfioUserRegionIoFds)
export const vfioUserWriteMultiCodec = codec(vfioUserWriteMulti, region.vfioUserWriteMulti)
export const vfioUserWriteMultiReplyCodec = codec(vfioUserWriteMultiReply, region.vfioUserWriteMultiReply)
export const vfioUserDeviceFeatureCodec = codec(vfioUserDeviceFeature, feature.vfioUserDeviceFeature)
export const vfioUserMigDataRequestCodec = codec(vfioUserMigDataRequest, migration.vfioUserMigDataRequest)
export const vfioUserMigDataCodec = codec(vfioUserMigData, migration.vfioUserMigData)

export type VfioUserVersion = Value<typeof vfioUserVersion>
export type VfioUserDmaMap = Value<typeof vfioUserDmaMap>
export type VfioUserDmaUnmap = Value<typeof vfioUserDmaUnmap>
export type VfioUserDirtyPages = Value<typeof vfioUserDirtyPages>
export type VfioUserDmaAccess =
  | Value<typeof vfioUserDmaAccess>
  | Value<typeof vfioUserDmaAccessNarrow>
  | Value<typeof vfioUserDmaAccessPadded>
export type VfioUserRegionAccess = Value<typeof vfioUserRegionAccess>
export type VfioUserRegionIoFds = Value<typeof vfioUserRegionIoFds>
export type VfioUserWriteMulti = Value<typeof vfioUserWriteMulti>
export type VfioUserWriteMultiReply = Value<typeof vfioUserWriteMultiReply>
export type VfioUserDeviceFeature = Value<typeof vfioUserDeviceFeature>
export type VfioUserMigDataRequest = Value<typeof vfioUserMigDataRequest>
export type VfioUserMigData = Value<typeof vfioUserMigData>
