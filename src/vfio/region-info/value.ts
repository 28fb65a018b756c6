import * as generated from '../../generated/vfio/region-info.js'
import { type Codec, codec, type Opaque, type Value } from '../../layout/index.ts'
import type { infoCapability } from '../capability-header.layout.ts'
import { msixMappable, regionInfoHead, regionTypeCapability, sparseMmap } from '../region-info.layout.ts'

export const regionInfoHeadCodec = codec(regionInfoHead, generated.regionInfoHead)
export const sparseMmapCodec = codec(sparseMmap, generated.sparseMmap)
export const regionTypeCodec = codec(regionTypeCapability, generated.regionTypeCapability)
export const msixMappableCodec = codec(msixMappable, generated.msixMappable)

/** Codecs of the capabilities' content, by ID. */
export const BODIES: Readonly<Record<number, Codec>> = {
  1: sparseMmapCodec as unknown as Codec,
  2: regionTypeCodec as unknown as Codec,
  3: msixMappableCodec as unknown as Codec,
}

/** A capability and where it lies: chains may lead through the bytes in any order. */
export interface RegionCapability {
  offset: number
  header: Value<typeof infoCapability>
  /** What the ID says it is; opaque where that is unknown or does not fit. */
  body: Value<typeof sparseMmap> | Value<typeof regionTypeCapability> | Value<typeof msixMappable> | Opaque
}

/** VFIO_DEVICE_GET_REGION_INFO's answer: the fixed part, the capabilities in chain order, and what lies between them. */
export interface RegionInfo extends Value<typeof regionInfoHead> {
  capabilities: RegionCapability[]
  /** Runs behind the fixed part that no capability covers. */
  gaps: { offset: number; bytes: Uint8Array }[]
  /** What follows the bytes that argsz counts. */
  trailing?: Uint8Array
}

/** Bytes of the fixed part. */
export const FIXED_SIZE = 32
