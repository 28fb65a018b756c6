export type { RawInflater } from './deflate.ts'
export { type MultifdDeviceState, multifdDeviceState } from './device-state.ts'
export { multifdChannelFormat } from './format.ts'
export {
  capacityOf,
  type MultifdChannel,
  type MultifdDeviceHeader,
  type MultifdDevicePacket,
  type MultifdDevicePart,
  type MultifdInit,
  type MultifdPacket,
  type MultifdPagesHeader,
  type MultifdPagesPacket,
  multifdDeviceHeaderCodec,
  multifdDevicePartCodec,
  multifdInitCodec,
  multifdPagesHeaderCodec,
  PAGE_SIZES,
  pagesBytes,
} from './packet.ts'
export { type MultifdPage, type MultifdPagesOptions, multifdPages } from './pages.ts'
export { type MultifdReadOptions, multifdReader, type PlacedPacket } from './read.ts'
export type { MakeZstdDecoder, ZstdDecoder } from './zstd.ts'
