export { dmaCodes } from './codes.ts'
export {
  type DirtyPagesRequest,
  type DmaMap,
  type DmaUnmap,
  dirtyBitmapCodec,
  dirtyPagesFormat,
  dmaMapCodec,
  dmaMapFormat,
  dmaUnmapCodec,
  dmaUnmapFormat,
} from './format.ts'
export {
  type HwptGetDirtyBitmap,
  type HwptSetDirtyTracking,
  hwptGetDirtyBitmapCodec,
  hwptGetDirtyBitmapFormat,
  hwptSetDirtyTrackingCodec,
  hwptSetDirtyTrackingFormat,
} from './iommufd.ts'
export { type DmaLoggingRanges, dmaLoggingRangesCodec, dmaLoggingRangesFormat } from './logging-ranges.ts'
