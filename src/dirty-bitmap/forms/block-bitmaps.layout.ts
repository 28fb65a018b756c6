import {
  array,
  bit,
  bits,
  both,
  bytes,
  either,
  equals,
  field,
  optional,
  parameter,
  rest,
  struct,
  text,
  u8,
  u32,
  u64,
} from '../../layout/index.ts'

const SOURCE = 'QEMU migration/block-dirty-bitmap.c'

/** Sectors are 512 bytes, whatever the disk. */
export const SECTOR = 512
/** Bytes of a buffer that QEMU reads at most, and those it writes. */
export const BUFFER = { most: 10 * 1024, written: 1024, aligned: 32 } as const

const alias = (of: string) =>
  struct(
    `qemu-dirty-bitmap-${of}`,
    { length: u8, name: text('length') },
    { title: `Alias of a ${of}`, source: SOURCE, byteOrder: 'big' },
  )

const start = struct(
  'qemu-dirty-bitmap-start',
  {
    // The comment at the top of the source says be64; its code, and what it writes, has 32 bits.
    granularity: u32.doc('bytes of the disk that a bit stands for'),
    flags: bits(u8, {
      enabled: bit(0).doc('the bitmap records'),
      persistent: bit(1).doc('it is kept in the image'),
      autoload: bit(2).doc('of older versions, ignored'),
      reserved: rest(),
    }),
  },
  { title: 'Start of a block dirty bitmap', source: SOURCE, byteOrder: 'big' },
)

const part = struct(
  'qemu-dirty-bitmap-bits',
  {
    startSector: u64.doc('first sector of 512 bytes'),
    sectorCount: u32.doc('sectors that the bits are about'),
    bufferSize: optional(equals(parameter('zeroes'), 0), u64.doc('bytes, padded to a multiple of 32')),
    buffer: bytes('bufferSize').doc('little-endian words, a bit for each granule, from startSector on'),
  },
  {
    title: 'Bits of a block dirty bitmap',
    source: SOURCE,
    byteOrder: 'big',
    parameters: { zeroes: { meaning: '1: all bits are 0 and left out', default: 0 } },
  },
)

export const bitmapChunk = struct(
  'qemu-dirty-bitmap-chunk',
  {
    flags: bits(u8, {
      eos: bit(0).doc('the body of the section ends here'),
      zeroes: bit(1).doc('there is no buffer: all bits are 0'),
      bitmapName: bit(2).doc('the alias of the bitmap follows; otherwise it is that of the chunk before'),
      deviceName: bit(3).doc('the alias of the node follows; otherwise it is that of the chunk before'),
      start: bit(4).doc('the bitmap begins: granularity and flags follow'),
      complete: bit(5).doc('the bitmap is whole'),
      bits: bit(6).doc('bits follow'),
      extraFlags: bit(7).doc('more bytes of flags would follow; never written, and the reader fails'),
    }),
    node: optional('flags.deviceName', alias('node')),
    bitmap: optional('flags.bitmapName', alias('bitmap')),
    start: optional('flags.start', start),
    // QEMU's reader looks for one kind after the other and takes the first.
    bits: optional(
      both('flags.bits', equals(either('flags.start', 'flags.complete'), 0)),
      part.withParameters({ zeroes: field('flags.zeroes') }),
    ),
  },
  { title: 'Chunk of a dirty-bitmap section', source: SOURCE, byteOrder: 'big' },
)

/** The bodies of one or more `dirty-bitmap` sections, one after another. */
export const bitmapChunks = struct(
  'qemu-dirty-bitmap-chunks',
  { chunks: array(bitmapChunk, 'to-end') },
  { title: 'Body of a dirty-bitmap section (QEMU block dirty bitmaps)', source: SOURCE, byteOrder: 'big' },
)
