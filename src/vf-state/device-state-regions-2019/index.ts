export { deviceStateBodyCodes } from './codes.ts'
export { dirtyBitmapBytes, dirtyBitmapPages, GVT_REGIONS, isPageDirty } from './dirty-bitmap.ts'
export { deviceStateBodyFormat } from './format.ts'
export { chunksRead, isKnownFlag } from './pieces.ts'
export {
  type ConfigPayload,
  configPayloadCodec,
  type DeviceStateBody,
  type MemoryPayload,
  memoryPayloadCodec,
  type PciPayload,
  pciPayloadCodec,
  type StreamFlags,
  type StreamPart,
  streamFlagCodec,
} from './value.ts'
