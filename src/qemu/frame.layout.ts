import {
  bit,
  bits,
  either,
  enumeration,
  equals,
  field,
  optional,
  struct,
  text,
  u8,
  u32,
  u64,
  wideRest,
  wideSpan,
} from '../layout/index.ts'

const SOURCE = 'QEMU migration/savevm.c, migration/ram.c'

/** What a migration stream of QEMU starts with. */
export const streamHeader = struct(
  'qemu-stream-header',
  { magic: u32.is(0x5145564d).doc('"QEVM"'), version: u32.is(3) },
  { title: 'Header of a QEMU migration stream', source: SOURCE, byteOrder: 'big' },
)

/** Types of sections with a body, as the byte before each says. */
const SECTION_TYPES = { 1: 'START', 2: 'PART', 3: 'END', 4: 'FULL' } as const

/** What stands before the body of a section; the body has no length. */
export const sectionHeader = struct(
  'qemu-section-header',
  {
    type: enumeration(u8, SECTION_TYPES),
    sectionId: u32,
    identity: optional(
      either(equals('type', 1), equals('type', 4)),
      struct(
        'qemu-section-identity',
        {
          nameLength: u8,
          name: text('nameLength').doc('idstr: name of the device or of its handler'),
          instanceId: u32,
          versionId: u32,
        },
        { title: 'Identity of a section', source: SOURCE, byteOrder: 'big' },
      ),
    ),
  },
  { title: 'Header of a section', source: SOURCE, byteOrder: 'big' },
)

/** What stands behind the body of a section. */
export const sectionFooter = struct(
  'qemu-section-footer',
  { marker: u8.is(0x7e), sectionId: u32.doc('that of the header') },
  { title: 'Footer of a section', source: SOURCE, byteOrder: 'big' },
)

/** The word that each record of the RAM section starts with. */
export const ramRecordWord = struct(
  'qemu-ram-record-word',
  {
    word: bits(u64, {
      full: bit(0).doc('obsolete'),
      zero: bit(1).doc('a page of one byte, which follows'),
      memorySize: bit(2).doc('the page number is the total of bytes; the list of blocks follows'),
      page: bit(3).doc('the content of a page follows'),
      endOfSection: bit(4),
      sameBlock: bit(5).doc('CONTINUE: of the same block as the record before, its name is left out'),
      xbzrle: bit(6),
      hook: bit(7).doc('RDMA only'),
      compressed: bit(8),
      multifdFlush: bit(9),
      reserved: wideRest(),
      pageNumber: wideSpan(12, 63).doc('offset in the block, in pages of 4096 bytes'),
    }),
  },
  { title: 'Word of a RAM record', source: SOURCE, byteOrder: 'big' },
)

/** Name of a RAM block. */
export const ramBlockName = struct(
  'qemu-ram-block-name',
  { length: u8, name: text(field('length')) },
  { title: 'Name of a RAM block', source: SOURCE, byteOrder: 'big' },
)
