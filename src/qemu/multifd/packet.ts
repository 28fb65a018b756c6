import * as generated from '../../generated/qemu/multifd/packet.js'
import { codec, leastSize, type Opaque, placeOf, type Range, type Value } from '../../layout/index.ts'
import * as layouts from './packet.layout.ts'

export { isMarker, MARKER_BYTES } from './detect.ts'

export const multifdInitCodec = codec(layouts.multifdInit, generated.multifdInit)
export const multifdPagesHeaderCodec = codec(layouts.multifdPagesHeader, generated.multifdPagesHeader)
export const multifdDeviceHeaderCodec = codec(layouts.multifdDeviceHeader, generated.multifdDeviceHeader)
export const multifdDevicePartCodec = codec(layouts.multifdDevicePart, generated.multifdDevicePart)

export type MultifdInit = Value<typeof layouts.multifdInit>
export type MultifdPagesHeader = Value<typeof layouts.multifdPagesHeader>
export type MultifdDeviceHeader = Value<typeof layouts.multifdDeviceHeader>
export type MultifdDevicePart = Value<typeof layouts.multifdDevicePart>

/** Pages of a RAM block, or a mere synchronisation. */
export interface MultifdPagesPacket {
  readonly header: MultifdPagesHeader
  /** The pages as they were sent; absent where nothing follows the header. */
  readonly payload?: Uint8Array
}

/** A part of the state of a device. */
export interface MultifdDevicePacket {
  readonly header: MultifdDeviceHeader
  /** Absent where the packet is too short for it. */
  readonly part?: MultifdDevicePart
  /** What follows the header of the part. */
  readonly payload?: Uint8Array
}

export type MultifdPacket = MultifdPagesPacket | MultifdDevicePacket | Opaque

/** What one connection of a migration with multifd carries from source to destination. */
export interface MultifdChannel {
  readonly init: MultifdInit
  /** Packets in their order; bytes that are none where they are. */
  readonly packets: readonly MultifdPacket[]
}

const flags = placeOf(layouts.multifdPagesHeader, ['flags']) as Range
const DEVICE_STATE = 1 << layouts.multifdPagesHeader.fields.flags.members.deviceState.low

export const INIT_BYTES = leastSize(layouts.multifdInit)
/** Bytes of the start that every header has. */
export const START_BYTES = flags.offset + flags.length
export const DEVICE_HEADER_BYTES = leastSize(layouts.multifdDeviceHeader)
export const PART_BYTES = leastSize(layouts.multifdDevicePart)
/** Where the header of pages says for how many offsets there is room. */
export const PAGES_ALLOCATED = (placeOf(layouts.multifdPagesHeader, ['pagesAllocated']) as Range).offset

const BEFORE_OFFSETS = leastSize(layouts.multifdPagesHeader)

/** Sizes of a page that a channel can have; the one that most machines have comes first. */
export const PAGE_SIZES: readonly number[] = [4096, 16384, 65536, 8192, 1024, 2048, 32768]

/** Offsets in each packet of a channel. */
export const capacityOf = (pageSize: number) => layouts.MULTIFD_PACKET_BYTES / pageSize
export const pageSizeOf = (capacity: number) => layouts.MULTIFD_PACKET_BYTES / capacity

/** Bytes of the header of a packet with pages. */
export const pagesHeaderBytes = (capacity: number) => BEFORE_OFFSETS + 8 * capacity

/** Whether the packet at an index carries state of a device. */
export const isDeviceState = (view: DataView, at: number) => (view.getUint32(at + flags.offset) & DEVICE_STATE) !== 0

/**
 * Bytes of pages that follow a header; undefined where it counts more pages than a packet has room for. A packet without
 * normal pages has none, whatever size it states: QEMU 7.2 leaves the size of an earlier packet there.
 */
export function pagesBytes(header: MultifdPagesHeader, capacity: number): number | undefined {
  const { normalPages, nextPacketSize } = header
  if (normalPages > capacity) return undefined
  if (normalPages === 0) return 0
  return header.flags.compression === 'none' ? normalPages * pageSizeOf(capacity) : nextPacketSize
}
