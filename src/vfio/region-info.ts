import * as generated from '../generated/vfio/region-info.js'
import { codec, type Value } from '../layout/index.ts'
import { regionCodes } from './codes.ts'
import { type Info, type InfoCapability, type InfoSpec, infoFormat, infoListFormat } from './info/index.ts'
import {
  msixMappable,
  nvlink2Speed,
  nvlink2Target,
  regionInfoHead,
  regionTypeCapability,
  sparseMmap,
} from './region-info.layout.ts'
import { judgeRegion } from './region-rules.ts'

export const regionInfoHeadCodec = codec(regionInfoHead, generated.regionInfoHead)
export const sparseMmapCodec = codec(sparseMmap, generated.sparseMmap)
export const regionTypeCodec = codec(regionTypeCapability, generated.regionTypeCapability)
export const msixMappableCodec = codec(msixMappable, generated.msixMappable)
export const nvlink2TargetCodec = codec(nvlink2Target, generated.nvlink2Target)
export const nvlink2SpeedCodec = codec(nvlink2Speed, generated.nvlink2Speed)

/** Content of a region's capability. */
export type RegionCapabilityBody =
  | Value<typeof sparseMmap>
  | Value<typeof regionTypeCapability>
  | Value<typeof msixMappable>
  | Value<typeof nvlink2Target>
  | Value<typeof nvlink2Speed>

/** A capability of a region and where it lies. */
export type RegionCapability = InfoCapability<RegionCapabilityBody>

/** What VFIO_DEVICE_GET_REGION_INFO answers. */
export type RegionInfo = Info<Value<typeof regionInfoHead>, RegionCapabilityBody>

export const regionInfoSpec: InfoSpec<typeof regionInfoHead, RegionCapabilityBody> = {
  name: 'vfio-region-info',
  title: 'VFIO region information with its capabilities',
  head: regionInfoHeadCodec,
  least: 32,
  capOffsetAt: 12,
  bodies: {
    1: sparseMmapCodec,
    2: regionTypeCodec,
    3: msixMappableCodec,
    4: nvlink2TargetCodec,
    5: nvlink2SpeedCodec,
  },
  codes: regionCodes.entries,
  judge: judgeRegion,
}

export const regionInfoFormat = infoFormat(regionInfoSpec)

export const regionInfosFormat = infoListFormat(
  regionInfoSpec,
  'vfio-region-infos',
  'VFIO region information of several regions, one after another',
)
