import {
  array,
  atLeast,
  both,
  bytes,
  enumeration,
  equals,
  multiply,
  optional,
  remaining,
  reserved,
  struct,
  u32,
  u64,
} from '../../layout/index.ts'
import { facts } from './header.layout.ts'

const offset = u64.asHex().doc('bytes from the start of the region')
const region = u32.doc('index: 0 to 5 BARs, 6 ROM, 7 configuration space, 8 VGA')

/** Access of the client to a region of the device. */
export const vfioUserRegionAccess = struct(
  'vfio-user-region-access',
  {
    offset,
    region,
    count: u32.doc('bytes to be moved'),
    data: bytes(remaining).doc('in a write, and in the reply to a read'),
  },
  facts('vfio-user region access'),
)

/** Bytes that one of several writes may have. */
export const MULTI_WRITE_DATA = 8

const write = struct(
  'vfio-user-region-write',
  { offset, region, count: u32.doc('bytes that are written, at most 8'), data: bytes(MULTI_WRITE_DATA) },
  facts('One of several region writes'),
)

/** Several small writes in one message. */
export const vfioUserWriteMulti = struct(
  'vfio-user-region-write-multi',
  { count: u64.doc('writes'), writes: array(write, 'count') },
  facts('vfio-user region writes'),
)

export const vfioUserWriteMultiReply = struct(
  'vfio-user-region-write-multi-reply',
  { count: u64.doc('writes that were done') },
  facts('Reply to vfio-user region writes'),
)

/** Bytes of a sub-region in the published specification, and in libvfio-user. */
export const SUB_REGION = { published: 40, libvfioUser: 48 } as const

const subRegion = {
  offset,
  size: u64.asHex().doc('bytes; 0: any access'),
  fdIndex: u32.doc('file descriptor among those beside the message'),
  type: enumeration(u32, { 0: 'ioeventfd', 1: 'ioregionfd', 2: 'ioeventfd-shadow' }),
  flags: u32.asHex().doc("as KVM's call for this kind of file descriptor has them"),
}

const published = struct(
  'vfio-user-sub-region',
  { ...subRegion, padding: reserved(4), datamatch: u64.asHex().doc('of an ioregionfd: user data') },
  facts('Sub-region with a file descriptor'),
)

const extended = struct(
  'vfio-user-sub-region-shadow',
  {
    ...subRegion,
    shadowMemFdIndex: u32.doc('of an ioregionfd: padding'),
    shadowOffset: u64.asHex().doc('of an ioregionfd: user data'),
    datamatch: u64.asHex().doc('of an ioregionfd: not used'),
  },
  facts('Sub-region with a file descriptor and shadow memory', 'libvfio-user include/vfio-user.h'),
)

const filled = (size: number) => both(atLeast('count', 1), equals(remaining, multiply('count', size)))

/** File descriptors through which parts of a region are accessed. The count tells which form the bytes behind it have. */
export const vfioUserRegionIoFds = struct(
  'vfio-user-region-io-fds',
  {
    argsz: u32.doc('most bytes that the reply may have; in the reply what it needs'),
    flags: u32.asHex().doc('0'),
    index: region,
    count: u32.doc('sub-regions; more than are there where argsz of the request was too small'),
    subRegions: optional(filled(SUB_REGION.published), array(published, 'count')),
    shadowSubRegions: optional(filled(SUB_REGION.libvfioUser), array(extended, 'count')),
    following: optional(atLeast(remaining, 1), bytes(remaining).doc('bytes that the count does not account for')),
  },
  facts('vfio-user region file descriptors'),
)
