import { array, bit, bits, bytes, optional, remaining, reserved, rest, struct, u32, u64 } from '../../layout/index.ts'
import { dmaLoggingRange } from '../device-feature/payloads.layout.ts'
import { facts } from './header.layout.ts'

const address = u64.asHex().doc('DMA address of the first byte')
const size = u64.asHex().doc('bytes')

/** Makes a range of guest memory known to the server; its file descriptor goes beside the message. */
export const vfioUserDmaMap = struct(
  'vfio-user-dma-map',
  {
    argsz: u32.doc('bytes of this structure, 32'),
    flags: bits(u32, {
      readable: bit(0),
      writable: bit(1),
      mappable: bit(2).doc('libvfio-user: the file can be mapped'),
      fileIo: bit(3).doc('libvfio-user: the file is read and written'),
      reserved: rest(),
    }),
    offset: u64.asHex().doc('of the range in its file'),
    address,
    size,
  },
  facts('vfio-user DMA map'),
)

/** One bit a page of a range, inline: the request states size and page size, the reply adds the bits. */
const bitmap = struct(
  'vfio-user-bitmap',
  {
    pageSize: u64.asHex().doc('bytes that a bit stands for'),
    size: u64.doc('bytes of the bitmap: 8 for each 64 pages, rounded up'),
    data: bytes(remaining).doc('bit n of the range: bit n % 8 of byte n / 8; in replies only'),
  },
  facts('vfio-user inline bitmap'),
)

/** Takes a range back; the reply repeats it, with its dirty pages where the request asks for them. */
export const vfioUserDmaUnmap = struct(
  'vfio-user-dma-unmap',
  {
    argsz: u32.doc('most bytes that the reply may have'),
    flags: bits(u32, {
      getDirtyBitmap: bit(0),
      all: bit(1).doc('every range; address and size are 0'),
      reserved: rest(),
    }),
    address,
    size,
    bitmap: optional('flags.getDirtyBitmap', bitmap),
  },
  facts('vfio-user DMA unmap'),
)

const dirtyRange = struct(
  'vfio-user-dirty-range',
  { iova: u64.asHex(), size: u64.asHex().doc('bytes'), bitmap },
  facts('Range of a vfio-user dirty page query'),
)

/** Dirty page tracking of libvfio-user before it had DMA logging. */
export const vfioUserDirtyPages = struct(
  'vfio-user-dirty-pages',
  {
    argsz: u32.doc('most bytes that the reply may have'),
    flags: bits(u32, { start: bit(0), stop: bit(1), getBitmap: bit(2), reserved: rest() }),
    range: optional('flags.getBitmap', dirtyRange),
  },
  facts('vfio-user dirty pages (older versions)', 'libvfio-user include/vfio-user.h before migration v2'),
)

const guestAddress = u64.asHex().doc('DMA address that the server reads or writes')

/** Access of the server to guest memory, as libvfio-user and the text of the specification have it. */
export const vfioUserDmaAccess = struct(
  'vfio-user-dma-access',
  {
    address: guestAddress,
    count: u64.doc('bytes to be moved'),
    data: bytes(remaining).doc('in a write, and in the reply to a read'),
  },
  facts('vfio-user DMA access'),
)

const count32 = u32.doc('bytes to be moved')

/** The same with the count that the specification has in the reply to a write: 12 bytes before the data. */
export const vfioUserDmaAccessNarrow = struct(
  'vfio-user-dma-access-narrow',
  { address: guestAddress, count32, data: bytes(remaining) },
  facts('vfio-user DMA access with a count of 32 bits'),
)

/** The same as QEMU's structure lies in memory: data from byte 12 on, its size counted from byte 16. */
export const vfioUserDmaAccessPadded = struct(
  'vfio-user-dma-access-padded',
  { address: guestAddress, count32, data: bytes('count32'), padding: reserved(4).known('derived') },
  facts('vfio-user DMA access with data four bytes early', 'QEMU hw/vfio-user/protocol.h VFIOUserDMARW'),
)

/** DMA logging: ranges stand inline, where the kernel's structure has their address. */
export const vfioUserLoggingControl = struct(
  'vfio-user-dma-logging-control',
  {
    pageSize: u64.asHex().doc('asked for; in the reply what the device chose'),
    numRanges: u32.doc('0: all of memory'),
    reserved: reserved(4),
    ranges: array(dmaLoggingRange, 'numRanges'),
  },
  facts('vfio-user DMA logging control'),
)

/** Dirty pages of a range: the reply has the bitmap inline, where the kernel's structure has its address. */
export const vfioUserLoggingReport = struct(
  'vfio-user-dma-logging-report',
  {
    iova: u64.asHex(),
    length: u64.asHex().doc('bytes'),
    pageSize: u64.asHex().doc('bytes that a bit stands for, a power of two'),
    bitmap: bytes(remaining).doc('bit n of the range: bit n % 8 of byte n / 8; in replies only'),
  },
  facts('vfio-user DMA logging report'),
)
