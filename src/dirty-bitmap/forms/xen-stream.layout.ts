import {
  alignUp,
  array,
  bit,
  bits,
  bytes,
  choice,
  enumeration,
  framed,
  remaining,
  reserved,
  rest,
  span,
  struct,
  subtract,
  u8,
  u16,
  u32,
  u64,
  wideRest,
  wideSpan,
} from '../../layout/index.ts'

const SOURCE = 'xen tools/libs/guest/xg_sr_stream_format.h; docs/specs/libxc-migration-stream.pandoc'
const facts = (title: string) => ({ title, source: SOURCE, byteOrder: 'parameter' }) as const

/** Bytes of a record body at most, for Xen's own reader. */
export const RECORD_LIMIT = 128 * 1024 * 1024
/** Set in types of records that a reader may skip. */
export const OPTIONAL_RECORD = 0x80000000

export const XEN_RECORDS = {
  0: 'end',
  1: 'page-data',
  2: 'x86-pv-info',
  3: 'x86-pv-p2m-frames',
  4: 'x86-pv-vcpu-basic',
  5: 'x86-pv-vcpu-extended',
  6: 'x86-pv-vcpu-xsave',
  7: 'shared-info',
  8: 'x86-tsc-info',
  9: 'hvm-context',
  10: 'hvm-params',
  11: 'toolstack',
  12: 'x86-pv-vcpu-msrs',
  13: 'verify',
  14: 'checkpoint',
  15: 'checkpoint-dirty-pfn-list',
  16: 'static-data-end',
  17: 'x86-cpuid-policy',
  18: 'x86-msr-policy',
} as const

/** Big-endian whatever the rest is. */
const imageHeader = struct(
  'xen-libxc-image-header',
  {
    marker: u64.is(0xffffffffffffffffn).doc('all ones: older formats cannot start so'),
    id: u32.is(0x58454e46).doc('"XENF"'),
    version: u32.doc('2 or 3; 3 has static data before the first page'),
    options: bits(u16, { bigEndian: bit(0).doc('all that follows is big-endian'), reserved: rest() }),
    reserved: reserved(6),
  },
  { title: 'Image header of a libxc stream', source: SOURCE, byteOrder: 'big' },
)

const domainHeader = struct(
  'xen-libxc-domain-header',
  {
    type: enumeration(u32, { 1: 'x86-pv', 2: 'x86-hvm' }),
    pageShift: u16.doc('log2 of the page size: 12'),
    reserved: reserved(2),
    xenMajor: u32,
    xenMinor: u32,
  },
  facts('Domain header of a libxc stream'),
)

/** Types of pages that have no content behind the table. */
export const EMPTY_PAGES: readonly (string | number)[] = ['broken', 'xalloc', 'xtab']

const page = bits(u64, {
  pfn: wideSpan(0, 51).doc('guest page'),
  reserved: wideRest(),
  type: span(60, 63, {
    0: 'normal',
    1: 'l1',
    2: 'l2',
    3: 'l3',
    4: 'l4',
    9: 'l1-pinned',
    10: 'l2-pinned',
    11: 'l3-pinned',
    12: 'l4-pinned',
    13: 'broken',
    14: 'xalloc',
    15: 'xtab',
  }),
})

export const xenPageData = struct(
  'xen-page-data',
  {
    count: u32,
    reserved: reserved(4),
    pages: array(page, 'count'),
    content: bytes(remaining).doc('a page for each entry that is not broken, xalloc or xtab'),
  },
  facts('PAGE_DATA record'),
)

/** What the secondary host of a checkpointed (COLO) domain tells the primary: pages that it has dirtied itself. */
export const xenDirtyPfns = struct(
  'xen-dirty-pfn-list',
  { pfns: array(u64, 'to-end') },
  facts('CHECKPOINT_DIRTY_PFN_LIST record'),
)

const hvmParams = struct(
  'xen-hvm-params',
  {
    count: u32,
    reserved: reserved(4),
    params: array(struct('xen-hvm-param', { index: u64, value: u64.asHex() }, facts('HVM parameter')), 'count'),
  },
  facts('HVM_PARAMS record'),
)

const tscInfo = struct(
  'xen-tsc-info',
  { mode: u32, khz: u32, nsec: u64, incarnation: u32, reserved: reserved(4) },
  facts('X86_TSC_INFO record'),
)

const pvInfo = struct(
  'xen-pv-info',
  { guestWidth: u8.doc('bytes of a word: 4 or 8'), ptLevels: u8.doc('3 or 4'), reserved: reserved(6) },
  facts('X86_PV_INFO record'),
)

const p2mFrames = struct(
  'xen-p2m-frames',
  { startPfn: u32, endPfn: u32, p2mPfns: array(u64, 'to-end') },
  facts('X86_PV_P2M_FRAMES record'),
)

const vcpu = struct(
  'xen-pv-vcpu',
  { vcpuId: u32, reserved: reserved(4), context: bytes(remaining) },
  facts('Record of a PV vCPU'),
)

export const xenRecord = struct(
  'xen-libxc-record',
  {
    type: enumeration(u32, XEN_RECORDS).doc('bit 31: a reader that does not know it may skip it'),
    length: u32.doc('bytes of the body without its padding'),
    body: framed(
      'length',
      choice(
        'type',
        {
          1: xenPageData,
          2: pvInfo,
          3: p2mFrames,
          4: vcpu,
          5: vcpu,
          6: vcpu,
          8: tscInfo,
          10: hvmParams,
          12: vcpu,
          15: xenDirtyPfns,
        },
        bytes(remaining),
      ),
    ),
    padding: reserved(subtract(alignUp('length', 8), 'length')),
  },
  facts('Record of a libxc stream'),
)

export const xenStream = struct(
  'xen-libxc-stream',
  { image: imageHeader, domain: domainHeader, records: array(xenRecord, 'to-end') },
  facts('libxc migration stream (Xen)'),
)
