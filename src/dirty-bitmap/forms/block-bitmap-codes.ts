import { defineCodes } from '../../findings/index.ts'

const SOURCE = 'QEMU migration/block-dirty-bitmap.c'

export const blockBitmapCodes = defineCodes({
  'dirty-bitmap/block-not-ended': {
    severity: 'error',
    title: 'the last chunk does not end the section',
    explanation:
      'A section has no length: QEMU reads on until a chunk says that it is the last, and takes the footer for chunks. The capture was cut.',
    source: SOURCE,
  },
  'dirty-bitmap/block-extra-flags': {
    severity: 'error',
    title: 'a chunk announces more bytes of flags',
    explanation:
      'QEMU never writes them, and its reader keeps only 8 bits of what it reads: it takes the following byte for the flags. What follows here is read as if there were none.',
    source: `${SOURCE} qemu_get_bitmap_flags`,
  },
  'dirty-bitmap/block-kinds': {
    severity: 'warning',
    title: 'a chunk is of two kinds, or of none',
    explanation: 'The reader takes the first of START, COMPLETE and BITS, and nothing of the others.',
    source: SOURCE,
  },
  'dirty-bitmap/block-name': {
    severity: 'warning',
    title: 'nothing says which bitmap a chunk is about',
    explanation:
      'Names carry over from chunk to chunk, also from one section to the next: join the bodies of all of them. QEMU cancels all bitmaps of the migration where it knows no name, and the migration goes on without them.',
    source: SOURCE,
  },
  'dirty-bitmap/block-twice': {
    severity: 'error',
    title: 'a bitmap starts twice',
    explanation: 'The destination has one of this name by then: it cancels all bitmaps of the migration.',
    source: SOURCE,
  },
  'dirty-bitmap/block-unknown-flags': {
    severity: 'error',
    title: 'a bitmap starts with flags that are reserved',
    explanation: 'The destination refuses them. They come from a newer version, or the bytes are damaged.',
    source: SOURCE,
  },
  'dirty-bitmap/block-granularity': {
    severity: 'error',
    title: 'the granularity of a bitmap is impossible',
    explanation:
      'It is a power of two, 512 bytes or more. Zero here, with the number behind it, means that 64 bits were written: the comment in the source says so, but QEMU reads 32.',
    source: 'QEMU block/dirty-bitmap.c bdrv_create_dirty_bitmap',
  },
  'dirty-bitmap/block-buffer-limit': {
    severity: 'error',
    title: 'a buffer is larger than QEMU takes',
    explanation: 'More than 10 KiB fail the whole migration (EIO).',
    source: SOURCE,
  },
  'dirty-bitmap/block-buffer-size': {
    severity: 'error',
    title: 'a buffer does not have the size of its bits',
    explanation:
      'QEMU needs whole words of 8 bytes and takes up to the next multiple of 32. It says that granularities differ and cancels all bitmaps of the migration.',
    source: SOURCE,
  },
  'dirty-bitmap/block-misaligned': {
    severity: 'error',
    title: 'bits do not start at a word of the bitmap',
    explanation: 'QEMU asserts multiples of 64 granules, so that the destination aborts.',
    source: 'QEMU util/hbitmap.c serialization_chunk',
  },
  'dirty-bitmap/block-beyond': {
    severity: 'warning',
    title: 'bits are set behind the last granule',
    explanation: 'They stand for no sector. QEMU may count them as dirty.',
    source: 'QEMU util/hbitmap.c hbitmap_deserialize_part',
  },
  'dirty-bitmap/block-not-started': {
    severity: 'info',
    title: 'bits of a bitmap that does not start here',
    explanation: 'Its granularity stands in an earlier section; join the bodies of all of them.',
    source: SOURCE,
  },
  'dirty-bitmap/block-incomplete': {
    severity: 'info',
    title: 'a bitmap is not completed here',
    explanation:
      'More sections follow. Where the stream ends without them, the destination throws the bitmap away: the next backup is a full one.',
    source: SOURCE,
  },
})

export type BlockCode = keyof typeof blockBitmapCodes.entries
