import { bytes, framed, parameter, remaining, struct, text, u8, u16, u64 } from '../../layout/index.ts'

/** What stands behind the bits. */
export const RECVED_END_MARK = 0x0123456789abcdefn
/** Type of the return-path message that a bitmap follows. */
export const RECV_BITMAP_MESSAGE = 5

const SOURCE = 'QEMU migration/ram.c ramblock_recv_bitmap_send, ram_dirty_bitmap_reload'
const pages = { meaning: 'target pages of the RAM block; 0: not known', default: 0 } as const

export const recvedBitmap = struct(
  'qemu-recved-bitmap',
  {
    size: u64.doc('bytes of the bitmap, a multiple of 8'),
    bitmap: bytes('size').doc('little-endian words on every machine; 1: the page was received'),
    endMark: u64.asHex().doc('0x0123456789abcdef'),
  },
  { title: 'Bitmap of received pages (QEMU)', source: SOURCE, byteOrder: 'big', parameters: { pages } },
)

const blockName = struct(
  'qemu-recv-bitmap-block',
  {
    nameLength: u8,
    name: text('nameLength').doc('RAM block'),
    unused: bytes(remaining).doc('QEMU sends nothing here and skips what it gets'),
  },
  { title: 'Name of a RAM block', source: 'QEMU migration/migration.c', byteOrder: 'big' },
)

export const recvedBitmapMessage = struct(
  'qemu-recved-bitmap-message',
  {
    type: u16.is(RECV_BITMAP_MESSAGE).doc('MIG_RP_MSG_RECV_BITMAP'),
    length: u16.doc('bytes of the name with its length; the bitmap does not count'),
    block: framed('length', blockName),
    recved: recvedBitmap.withParameters({ pages: parameter('pages') }),
  },
  {
    title: 'Return-path message RECV_BITMAP with its bitmap (QEMU)',
    source: `QEMU migration/migration.c migrate_send_rp_recv_bitmap; ${SOURCE}`,
    byteOrder: 'big',
    parameters: { pages },
  },
)
