import { bit, bits, bytes, reserved, rest, span, struct, u16, u32, u64 } from '../layout/index.ts'

export const SOURCE = 'vfmig, FORMAT.md of the migration-stream format (proposed)'

/** First eight bytes: a byte with its high bit set, "VFM", a carriage return with line feed, an end of file of DOS, a line feed. */
export const SIGNATURE = { name: 0x4d465689, lineEnds: 0x0a1a0a0d } as const
/** The version of the format that is described here. */
export const VERSION = 1
/** First four bytes of a record: "VFMR". */
export const MARKER = 0x524d4656

/** What a stream starts with, 64 bytes. */
export const streamFileHeader = struct(
  'migration-stream-header',
  {
    signature: u32.is(SIGNATURE.name).doc('0x89 "VFM": a cleared high bit shows a channel of 7 bits'),
    lineEnds: u32.is(SIGNATURE.lineEnds).doc('CR LF 0x1a LF: changed where the stream passed for text'),
    version: u32.doc(`${VERSION}`),
    compatibleFeatures: u32.asHex().doc('a reader may ignore those that it does not know'),
    incompatibleFeatures: u32.asHex().doc('a reader refuses a stream with one that it does not know'),
    reserved: reserved(4),
    uuid: bytes(16).doc('of this stream, in the order of its text form'),
    room: reserved(20),
    headerCrc: u32.asHex().doc('CRC-32 of the 60 bytes before'),
  },
  { title: 'Header of a migration stream', source: SOURCE, evidence: 'proposed' },
)

/** Types of records; the numbers are those of FORMAT.md. */
export const RECORD_TYPES = {
  1: 'device',
  2: 'design',
  3: 'config-space',
  4: 'msix-table',
  5: 'msix-pba',
  6: 'faked-capability',
  7: 'pf-state',
  8: 'mmio-registers',
  9: 'ring-state',
  10: 'device-state',
  11: 'memory-region',
  12: 'dirty-bitmap',
  13: 'memory-pages',
  14: 'state-transition',
  15: 'irq-event',
  16: 'trace-event',
  17: 'vendor-private',
  18: 'note',
  19: 'index',
  20: 'end',
} as const

export const recordKind = bits(u16, {
  type: span(0, 14, RECORD_TYPES),
  optional: bit(15).doc('a reader that does not know the type keeps the record and goes on'),
})

export const recordFlags = bits(u16, {
  deflated: bit(0).doc('the payload is compressed: its length (u64), then raw deflate data'),
  last: bit(1).doc('the last chunk of its part'),
  reserved: rest(),
})

/** What a record starts with, 48 bytes. */
export const recordHeader = struct(
  'migration-stream-record-header',
  {
    marker: u32.is(MARKER).doc('"VFMR", what a reader looks for behind damage'),
    kind: recordKind,
    flags: recordFlags,
    device: u32.doc('number of the device, from 0; 0xffffffff: the migration as a whole').asHex(),
    part: u32.doc('number of the part, from 0; its chunks share it'),
    sequence: u64.doc('records before this one'),
    chunk: u32.doc('chunks of the part before this one'),
    reserved: reserved(4),
    length: u64.doc('bytes of the payload as it stands here, without padding'),
    payloadCrc: u32.asHex().doc('CRC-32 of the payload'),
    headerCrc: u32.asHex().doc('CRC-32 of the 44 bytes before'),
  },
  { title: 'Header of a record', source: SOURCE, evidence: 'proposed' },
)
