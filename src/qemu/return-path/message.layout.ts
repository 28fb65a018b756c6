import {
  bytes,
  choice,
  enumeration,
  field,
  framed,
  remaining,
  struct,
  text,
  u8,
  u16,
  u32,
  u64,
} from '../../layout/index.ts'

const SOURCE = 'QEMU migration/migration.h enum mig_rp_message_type, migration/migration.c'

/** Types of messages, by the names that QEMU gives them without MIG_RP_MSG_. */
export const RETURN_PATH_TYPES = {
  1: 'SHUT',
  2: 'PONG',
  3: 'REQ_PAGES_ID',
  4: 'REQ_PAGES',
  5: 'RECV_BITMAP',
  6: 'RESUME_ACK',
  7: 'SWITCHOVER_ACK',
} as const

const facts = { source: SOURCE, byteOrder: 'big' } as const

const shut = struct(
  'qemu-return-path-shut',
  { error: u32.doc('0: the destination is done; anything else: it failed') },
  { title: 'Message SHUT', ...facts },
)

const pong = struct(
  'qemu-return-path-pong',
  { value: u32.asHex().doc('that of the PING that it answers') },
  { title: 'Message PONG', ...facts },
)

const WANTED = {
  start: u64.doc('offset in the RAM block'),
  length: u32.doc('bytes'),
}

const blockName = { nameLength: u8, name: text('nameLength').doc('RAM block') }

const pages = struct('qemu-return-path-pages', WANTED, {
  title: 'Message REQ_PAGES: of the block of the request before',
  ...facts,
})

const namedPages = struct(
  'qemu-return-path-named-pages',
  { ...WANTED, ...blockName },
  { title: 'Message REQ_PAGES_ID', ...facts },
)

const received = struct('qemu-return-path-received', blockName, { title: 'Message RECV_BITMAP', ...facts })

const resumed = struct('qemu-return-path-resumed', { value: u32.doc('1') }, { title: 'Message RESUME_ACK', ...facts })

/** What a destination says to its source. The bitmap of RECV_BITMAP follows and is not counted. */
export const returnPathMessage = struct(
  'qemu-return-path-message',
  {
    type: enumeration(u16, RETURN_PATH_TYPES),
    length: u16.doc('bytes of data'),
    data: framed(
      field('length'),
      choice('type', { 1: shut, 2: pong, 3: namedPages, 4: pages, 5: received, 6: resumed }, bytes(remaining)),
    ),
  },
  { title: 'Message on the return path of a QEMU migration', ...facts },
)

const BITMAP = { source: 'QEMU migration/ram.c ramblock_recv_bitmap_send', byteOrder: 'big' } as const

/** What stands in front of the bitmap that follows RECV_BITMAP. */
export const bitmapStart = struct(
  'qemu-return-path-bitmap-start',
  { size: u64.doc('bytes of the bitmap, a multiple of 8') },
  { title: 'Start of a bitmap of received pages', ...BITMAP },
)

/** What stands behind it. */
export const bitmapEnd = struct(
  'qemu-return-path-bitmap-end',
  { endMark: u64.asHex().doc('0x0123456789abcdef') },
  { title: 'End of a bitmap of received pages', ...BITMAP },
)
