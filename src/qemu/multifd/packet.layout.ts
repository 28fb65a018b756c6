import {
  array,
  bit,
  bits,
  bytes,
  parameter,
  reserved,
  rest,
  span,
  struct,
  text,
  u8,
  u32,
  u64,
} from '../../layout/index.ts'

/** First word of every packet. */
export const MULTIFD_MAGIC = 0x11223344
const VERSION = 1
/** Bytes that the pages of one packet have at most; the number of offsets follows from it. */
export const MULTIFD_PACKET_BYTES = 512 * 1024

const SOURCE = 'QEMU migration/multifd.h, migration/multifd.c'

/** How the pages of a packet are compressed. */
export const MULTIFD_COMPRESSIONS = { 0: 'none', 1: 'zlib', 2: 'zstd', 4: 'qpl', 8: 'uadk', 16: 'qatzip' } as const

/** What a channel starts with, 64 bytes. */
export const multifdInit = struct(
  'qemu-multifd-init',
  {
    magic: u32.is(MULTIFD_MAGIC).asHex(),
    version: u32.is(VERSION),
    uuid: bytes(16).doc('of the machine; zero where it has none'),
    channelId: u8.doc('number of the channel at the source; connections may come in another order'),
    reserved: reserved(39),
  },
  { title: 'First packet of a multifd channel', source: SOURCE, byteOrder: 'big' },
)

/** What the header of every later packet starts with. */
const START = {
  magic: u32.is(MULTIFD_MAGIC).asHex(),
  version: u32.is(VERSION),
  flags: bits(u32, {
    sync: bit(0).doc('the channels wait for one another here'),
    compression: span(1, 5, MULTIFD_COMPRESSIONS),
    deviceState: bit(6).doc('the packet carries state of a device'),
    reserved: rest(),
  }),
}

/** Header of a packet with pages, or of one that only synchronises. Its length is that of a full one, however few pages it has. */
export const multifdPagesHeader = struct(
  'qemu-multifd-pages-header',
  {
    ...START,
    pagesAllocated: u32.doc('offsets that there is room for; 0 in packets of QEMU 9.0 and later that only synchronise'),
    normalPages: u32.doc('pages of which the content follows'),
    nextPacketSize: u32.doc('bytes of compressed pages behind the header; stale where no page follows'),
    packetNumber: u64.doc('over all channels'),
    zeroPages: u32.doc('pages of zeros, of which only the offset is sent; always 0 before QEMU 9.0'),
    unused: reserved(28),
    block: text(256).doc('RAM block of the pages'),
    offsets: array(u64, parameter('capacity')).doc(
      'bytes from the start of the block: of normal pages, then of zero pages; the rest is stale',
    ),
  },
  {
    title: 'Header of a multifd packet with pages',
    source: SOURCE,
    byteOrder: 'big',
    parameters: { capacity: { meaning: 'offsets of each packet: 512 KiB by the size of a page', default: 128 } },
  },
)

/** Header of a packet with state of a device, 276 bytes. */
export const multifdDeviceHeader = struct(
  'qemu-multifd-device-header',
  {
    ...START,
    name: text(256).doc('idstr of the device'),
    instanceId: u32,
    nextPacketSize: u32.doc('bytes behind the header'),
  },
  { title: 'Header of a multifd packet with device state', source: SOURCE, byteOrder: 'big' },
)

/** No part has this index: a destination counts one beyond the highest. */
export const NO_INDEX = 0xffffffff

/** What stands in front of each part of the state of a VFIO device. */
export const multifdDevicePart = struct(
  'qemu-multifd-device-part',
  {
    version: u32.doc('0'),
    index: u32.doc('idx: place among the parts of the device, from 0 on; parts may arrive in any order'),
    flags: bits(u32, {
      config: bit(0).doc('the PCI state, which is the last part'),
      reserved: rest(),
    }),
  },
  {
    title: 'Header of a part of VFIO device state',
    source: 'QEMU 10.0 and later, hw/vfio/migration-multifd.c',
    byteOrder: 'big',
  },
)
