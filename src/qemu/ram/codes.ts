import { defineCodes } from '../../findings/index.ts'

const SOURCE = 'QEMU migration/ram.c, ram_load'

/** Findings about the records of guest memory. */
export const ramCodes = defineCodes({
  'qemu/ram-flags': {
    severity: 'error',
    title: 'a RAM record has flags that no record has',
    explanation:
      'The low bits of the word of a record say what follows. A destination fails here, and nothing behind it in the stream can be read, as sections have no lengths.',
    source: SOURCE,
  },
  'qemu/ram-unknown-block': {
    severity: 'error',
    title: 'a RAM record names a block that the stream did not list',
    explanation: 'The destination does not know the block and refuses the stream.',
    source: SOURCE,
  },
  'qemu/ram-no-block': {
    severity: 'error',
    title: 'a RAM record continues a block, and none was named before',
    explanation: 'A record with CONTINUE is of the block of the record before it. A destination refuses the stream.',
    source: SOURCE,
  },
  'qemu/ram-address': {
    severity: 'error',
    title: 'a page lies outside of its block',
    explanation:
      'The offset of the page is not less than the used length of the block. A destination refuses the stream.',
    source: SOURCE,
  },
  'qemu/ram-total': {
    severity: 'error',
    title: 'the blocks do not add up to the total that stands before them',
    explanation:
      'A destination reads blocks until their lengths add up to the total, and takes what follows for blocks.',
    source: SOURCE,
  },
  'qemu/ram-fill': {
    severity: 'error',
    title: 'a zero page is of another byte',
    explanation:
      'A destination of QEMU 9.0 or newer answers "Found a zero page with value ..." and fails; older ones filled the page with any byte.',
    source: SOURCE,
  },
  'qemu/xbzrle-version': {
    severity: 'error',
    title: 'an XBZRLE record is of an unknown encoding',
    explanation: 'The byte before the length is always 1 (ENCODING_FLAG_XBZRLE); a destination refuses another.',
    source: SOURCE,
  },
  'qemu/xbzrle-damaged': {
    severity: 'error',
    title: 'an XBZRLE record is not made of runs that fit a page',
    explanation:
      'A delta is pairs of runs: bytes that stay, and bytes that are replaced. Only the first run may be empty, and both stay inside of the page. A destination refuses the stream.',
    source: 'QEMU migration/xbzrle.c, xbzrle_decode_buffer; migration/ram.c, load_xbzrle',
  },
  'qemu/compressed-length': {
    severity: 'error',
    title: 'a compressed page states an impossible length',
    explanation:
      'zlib never makes a page longer than a page and a few bytes; a destination answers "Invalid compressed data length" and fails.',
    source: SOURCE,
  },
  'qemu/mapped-ram-header': {
    severity: 'error',
    title: 'the header of a mapped-ram block cannot be right',
    explanation:
      'A destination refuses a version above 1, and pages that do not begin at a multiple of the page size. It reads bitmap and pages at whatever offsets the header has; QEMU writes them behind the header, the bitmap first, and here others are not followed.',
    source: 'QEMU migration/ram.c, mapped_ram_read_header; docs/devel/migration/mapped-ram.rst',
  },
})
