import { struct, u32, u64 } from '../../layout/index.ts'

/** Where QEMU starts the pages of a block: multiples of 1 MiB. */
export const MAPPED_RAM_ALIGNMENT = 1024 * 1024

export const mappedRamHeader = struct(
  'qemu-mapped-ram-header',
  {
    version: u32.doc('1'),
    pageSize: u64.doc('bytes of a target page'),
    bitmapOffset: u64.asHex().doc('where the bitmap starts, from the start of the file: raw words of the host'),
    pagesOffset: u64.asHex().doc('where page 0 of the block is, from the start of the file'),
  },
  {
    title: 'Header of a RAM block in a mapped-ram file (QEMU)',
    source: 'QEMU migration/ram.c struct MappedRamHeader; docs/devel/migration/mapped-ram.rst',
    byteOrder: 'big',
    parameters: { pages: { meaning: 'target pages of the RAM block; 0: not known', default: 0 } },
  },
)
