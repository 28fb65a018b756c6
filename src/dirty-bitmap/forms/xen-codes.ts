import { defineCodes } from '../../findings/index.ts'

const SOURCE = 'xen docs/specs/libxc-migration-stream.pandoc; tools/libs/guest/xg_sr_restore.c'

export const xenStreamCodes = defineCodes({
  'dirty-bitmap/xen-version': {
    severity: 'error',
    title: 'the libxc stream has an unknown version',
    explanation: 'Xen reads versions 2 and 3 and refuses others.',
    source: SOURCE,
  },
  'dirty-bitmap/xen-byte-order': {
    severity: 'error',
    title: 'the stream was read in the other byte order',
    explanation: 'The options of its header say which it is: set byteOrder to it. Numbers are nonsense otherwise.',
    source: SOURCE,
  },
  'dirty-bitmap/xen-page-shift': {
    severity: 'error',
    title: 'the page size of the domain is not 4 KiB',
    explanation: 'Xen refuses the stream.',
    source: SOURCE,
  },
  'dirty-bitmap/xen-record': {
    severity: 'error',
    title: 'a record is of an unknown type',
    explanation: 'Xen refuses the stream, unless bit 31 of the type says that the record may be skipped.',
    source: SOURCE,
  },
  'dirty-bitmap/xen-record-limit': {
    severity: 'error',
    title: 'a record is larger than Xen reads',
    explanation: 'Bodies of more than 128 MiB are refused.',
    source: 'xen tools/libs/guest/xg_sr_stream_format.h REC_LENGTH_MAX',
  },
  'dirty-bitmap/xen-no-end': {
    severity: 'warning',
    title: 'the stream has no END record',
    explanation: 'It was cut, or it is that of a domain that is checkpointed and goes on.',
    source: SOURCE,
  },
  'dirty-bitmap/xen-after-end': {
    severity: 'error',
    title: 'a record follows the END record',
    explanation: 'Xen stops at END: it would never be read. In a libxl stream, what follows are records of libxl.',
    source: SOURCE,
  },
  'dirty-bitmap/xen-static-data': {
    severity: 'error',
    title: 'pages come before the end of the static data',
    explanation: 'Since version 3 a STATIC_DATA_END record comes first; Xen sets up the domain there.',
    source: SOURCE,
  },
  'dirty-bitmap/xen-page-content': {
    severity: 'error',
    title: 'a PAGE_DATA record does not have the bytes of its pages',
    explanation:
      'Each entry has a page behind the table unless its type is broken, xalloc or xtab. Xen refuses the record.',
    source: SOURCE,
  },
  'dirty-bitmap/xen-pfn': {
    severity: 'error',
    title: 'a page number is impossible',
    explanation: 'Page numbers have 52 bits; Xen refuses the record, or marks a page that is none.',
    source: SOURCE,
  },
})

export type XenStreamCode = keyof typeof xenStreamCodes.entries
