import {
  bytes,
  choice,
  enumeration,
  framed,
  parameter,
  remaining,
  reserved,
  struct,
  u8,
  u16,
  u32,
  u64,
} from '../../layout/index.ts'

const facts = { source: 'linux include/linux/pds/pds_adminq.h' } as const

/** Opcodes of live migration in the administration queue. */
const PDS_OPCODES = {
  1: 'HOST_VF_STATUS',
  16: 'STATE_SIZE',
  18: 'SUSPEND',
  19: 'SUSPEND_STATUS',
  20: 'RESUME',
  21: 'SAVE',
  22: 'RESTORE',
  32: 'DIRTY_STATUS',
  33: 'DIRTY_ENABLE',
  34: 'DIRTY_DISABLE',
  35: 'DIRTY_READ_SEQ',
  36: 'DIRTY_WRITE_ACK',
} as const

/** Bytes behind the fields of a command, up to the 64 that each has. */
const padding = reserved(remaining)

const suspendType = struct(
  'pds-lm-suspend-type',
  { type: enumeration(u8, { 0: 'FULL', 1: 'P2P' }), padding },
  { title: 'Kind of suspension', ...facts },
)

const scatterList = struct(
  'pds-lm-scatter-list',
  {
    reserved: reserved(4),
    sglAddr: u64.asHex().doc('DMA address of the scatter-gather list'),
    numSge: u32.doc('elements of the list'),
    padding,
  },
  { title: 'Where the state is read from or written to', ...facts },
)

const sequenceBytes = struct(
  'pds-lm-dirty-seq-ack',
  {
    offBytes: u32.doc('byte of the bitmap of all regions together'),
    lenBytes: u32,
    numSge: u16,
    reserved: reserved(2),
    sglAddr: u64.asHex(),
    padding,
  },
  { title: 'Bytes of the bitmap to be read or written', ...facts },
)

const bitmapType = enumeration(u8, { 0: 'NONE', 1: 'SEQ_ACK' })

/** A command of live migration in the administration queue of pds_core. */
export const pdsCommand = struct(
  'pds-lm-command',
  {
    opcode: enumeration(u8, PDS_OPCODES),
    reserved: reserved(1),
    vfId: u16,
    body: framed(
      60,
      choice(
        'opcode',
        {
          1: struct(
            'pds-lm-host-vf-status',
            { status: enumeration(u8, { 0: 'NONE', 1: 'IN_PROGRESS' }), padding },
            { title: 'Migration as the host driver sees it', ...facts },
          ),
          18: suspendType,
          19: suspendType,
          20: suspendType,
          21: scatterList,
          22: scatterList,
          32: struct(
            'pds-lm-dirty-status',
            {
              maxRegions: u8.doc('regions that the buffer has room for'),
              reserved: reserved(3),
              regionsDma: u64.asHex(),
              padding,
            },
            { title: 'Question for the dirty regions', ...facts },
          ),
          33: struct(
            'pds-lm-dirty-enable',
            { bmpType: bitmapType, numRegions: u8, reserved: reserved(2), regionsDma: u64.asHex(), padding },
            { title: 'Regions to be tracked', ...facts },
          ),
          35: sequenceBytes,
          36: sequenceBytes,
        },
        bytes(60),
      ),
    ),
  },
  { title: 'Live migration command of pds_core (AMD Pensando)', ...facts },
)

const dirtyStatus = struct(
  'pds-lm-dirty-status-completion',
  {
    maxRegions: u8.doc('most regions of the device'),
    numRegions: u8.doc('regions that are tracked now'),
    bmpType: bitmapType,
    reserved: reserved(1),
    bmpTypeMask: u32.asHex().doc('kinds of bitmap that the device has, a bit each'),
    padding: reserved(3),
  },
  { title: 'Dirty regions', ...facts },
)

/** A completion; what it completes is not in its bytes. */
export const pdsCompletion = struct(
  'pds-lm-completion',
  {
    status: u8.doc('0 for success'),
    reserved: reserved(1),
    compIndex: u16.doc('command that is completed, in the ring'),
    body: framed(
      11,
      choice(
        parameter('opcode'),
        {
          16: struct(
            'pds-lm-state-size-completion',
            { size: u64.doc('bytes of the device state'), padding: reserved(3) },
            { title: 'Size of the state', ...facts },
          ),
          32: dirtyStatus,
          33: dirtyStatus,
          34: dirtyStatus,
        },
        bytes(11),
      ),
    ),
    color: u8.asHex().doc('bit 7 changes with every pass through the ring'),
  },
  {
    title: 'Completion of a live migration command of pds_core',
    ...facts,
    parameters: { opcode: { meaning: 'opcode of the command that is completed', default: 16 } },
  },
)

/** A region of memory of which a device tracks dirty pages. */
export const pdsDirtyRegion = struct(
  'pds-dirty-region',
  {
    dmaBase: u64.asHex().doc('first byte'),
    pageCount: u32.doc('pages; a device may round it up'),
    pageSizeLog2: u8.doc('logarithm of the page size: 12 for 4 KiB'),
    reserved: reserved(3),
  },
  { title: 'Dirty page region of pds_core', ...facts },
)
