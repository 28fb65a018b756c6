import {
  alignUp,
  array,
  bool8,
  both,
  bytes,
  choice,
  either,
  enumeration,
  equals,
  framed,
  i32,
  type Operand,
  parameter,
  remaining,
  reserved,
  struct,
  subtract,
  u32,
  u64,
  upTo,
  when,
} from '../../layout/index.ts'

const SOURCE =
  'Patches 0018-0045 "drm/i915/gvt", 2017-2018, in github xcp-ng-rpms/kernel; gvt_region_t, gvt_image_header_t'

/** Bytes of the sections that have a fixed size, by type. */
export const FIXED_SIZES = { HEAD: 528, CFG_SPACE: 4096, VREG: 2 * 1024 * 1024, SREG: 2 * 1024 * 1024, OPREGION: 8192 }
/** Bytes of an entry, in each generation. The image's version is 0 in all of them. */
export const ENTRY_SIZES = { ppgtt: [36, 40], workload: [24, 36], execlist: 20, gtt: 8 } as const

/** Section types. A tree without OPREGION gave its number to EXECLIST. */
export const SECTION_NAMES = {
  0: 'NONE',
  1: 'HEAD',
  2: 'CFG_SPACE',
  3: 'VREG',
  4: 'SREG',
  5: 'GTT',
  6: 'PPGTT',
  7: 'WORKLOAD',
  8: 'OPREGION',
  9: 'EXECLIST',
} as const

/** Content of the first section. */
export const gvtImageHeader = struct(
  'gvt-image-header',
  {
    version: i32.doc('0; not looked at when loading'),
    dataSize: i32.doc('bytes of all sections, this one included; -1 if saving failed'),
    crcCheck: u64.asHex().doc('0, unused'),
    globalData: array(u64.asHex(), 64).doc('[0] is the highest low-memory page on Xen; on KVM whatever the stack held'),
  },
  { title: 'GVT image header', source: SOURCE },
)

const level = i32.doc('root type, L3 or L4: 9 and 10 in the first code, 11 and 12 later')

/** Shadow page table root of the earliest code. */
export const gvtPpgttFirst = struct(
  'gvt-ppgtt-entry-36',
  { level, pdp: array(u32.asHex(), 8).doc('page directory pointers, low and high halves') },
  { title: 'GVT PPGTT entry, earliest form', source: SOURCE },
)

/** Shadow page table root. */
export const gvtPpgtt = struct(
  'gvt-ppgtt-entry-40',
  { level, padding: reserved(4), pdp: array(u64.asHex(), 4).doc('page directory pointers') },
  { title: 'GVT PPGTT entry', source: SOURCE },
)

const ringId = i32.doc('engine, from 0 on')
const elsp = {
  data: array(u32.asHex(), 4).doc('words written to the execlist submit port'),
  index: u32.doc('words written so far'),
} as const

/** A queued workload of the first code. */
export const gvtWorkloadFirst = struct(
  'gvt-workload-entry-24',
  { ringId, ...elsp },
  { title: 'GVT workload, first form', source: SOURCE },
)

/** A queued workload. */
export const gvtWorkload = struct(
  'gvt-workload-entry-36',
  {
    ringId,
    emulateScheduleIn: bool8,
    padding: reserved(3),
    contextDescriptorLow: u32.asHex(),
    contextDescriptorHigh: u32.asHex(),
    ...elsp,
  },
  { title: 'GVT workload', source: SOURCE },
)

/** What was written to the submit port of one engine. */
export const gvtExeclist = struct('gvt-execlist-entry', elsp, { title: 'GVT execlist', source: SOURCE })

const isMultiple = (size: Operand, of: number) => equals(alignUp(size, of), size)
const not = (condition: Operand) => subtract(1, condition)

/** Which generation a list is of: the later one where both fit and nobody says. */
function generation(name: 'ppgttEntry' | 'workloadEntry', first: number, later: number, kinds: readonly number[]) {
  const [firstKind = 0, laterKind = 0] = kinds
  const wanted = parameter(name)
  const isLater = both(isMultiple('size', later), not(equals(wanted, first)))
  const isFirst = both(isMultiple('size', first), not(equals(wanted, later)))
  return when(isLater, laterKind, when(isFirst, firstKind, 0))
}

const execlistType = parameter('execlistType')
const isExeclist = both(
  isMultiple('size', ENTRY_SIZES.execlist),
  either(both(equals('type', 9), not(equals(execlistType, 8))), both(equals('type', 8), not(equals(execlistType, 9)))),
)

/** Content by kind; 0 is a run of bytes: registers, tables, and lists that are no whole number of entries. */
const kind = when(
  both(equals('type', 1), equals('size', FIXED_SIZES.HEAD)),
  1,
  when(
    equals('type', 6),
    generation('ppgttEntry', ...ENTRY_SIZES.ppgtt, [60, 61]),
    when(equals('type', 7), generation('workloadEntry', ...ENTRY_SIZES.workload, [70, 71]), when(isExeclist, 9, 0)),
  ),
)

/** One section; the last one of an image that was cut has the bytes that are there. */
export const gvtSection = struct(
  'gvt-section',
  {
    type: enumeration(u32, SECTION_NAMES),
    size: u32.doc('bytes of content'),
    body: framed(
      upTo('size'),
      choice(
        kind,
        {
          1: gvtImageHeader,
          9: array(gvtExeclist, 'to-end'),
          60: array(gvtPpgttFirst, 'to-end'),
          61: array(gvtPpgtt, 'to-end'),
          70: array(gvtWorkloadFirst, 'to-end'),
          71: array(gvtWorkload, 'to-end'),
        },
        bytes(remaining),
      ),
    ),
  },
  {
    title: 'GVT image section',
    source: SOURCE,
    parameters: {
      ppgttEntry: { meaning: 'bytes of a PPGTT entry, 36 or 40; 0 as the size of the section tells', default: 0 },
      workloadEntry: { meaning: 'bytes of a WORKLOAD entry, 24 or 36; 0 as the size of the section tells', default: 0 },
      execlistType: { meaning: 'type number of EXECLIST, 8 or 9; 0 as the size of the section tells', default: 0 },
    },
  },
)
