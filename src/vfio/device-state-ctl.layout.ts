import {
  atLeast,
  bit,
  bits,
  enumeration,
  optional,
  parameter,
  reserved,
  rest,
  struct,
  u32,
  u64,
} from '../layout/index.ts'

const SOURCE = 'Yan Zhao, VFIO device states interface in GVT, 19 February 2019, struct vfio_device_state_ctl'

/** Regions of type `type`. The type collides with the later VFIO_REGION_TYPE_CCW. */
export const DEVICE_STATE_REGION = { type: 2, ctl: 1, dataConfig: 2, dataMemory: 3, dataDirtyBitmap: 4 } as const
export const DEVICE_STATE_INTERFACE_VERSION = 1

/** Bytes of the structure as the QEMU header has it, its outer structure packed and the inner ones not. */
export const QEMU_PACKING = 68
/** As the kernel text has it, without packing. */
export const KERNEL_PACKING = 72

const size = parameter('size')
const packing = {
  size: { meaning: 'bytes: 60 (all packed), 68 (QEMU header) or 72 (kernel text)', default: QEMU_PACKING },
} as const
const inside = { size }
/** In front of a 64-bit member that natural alignment moves. */
const innerPadding = optional(atLeast(size, QEMU_PACKING), reserved(4))
const action = enumeration(u32, { 1: 'get-buffer', 2: 'set-buffer' }).doc(
  'written: get before the data region is read, set after it was written; 0 where none was asked for',
)

const configControl = struct(
  'vfio-device-config-ctl',
  {
    action,
    padding: innerPadding,
    size: u64.doc('bytes of the snapshot; written before set-buffer'),
  },
  { title: 'Device config control', source: SOURCE, evidence: 'derived', parameters: packing },
)

const memoryControl = struct(
  'vfio-device-memory-ctl',
  {
    action,
    padding: innerPadding,
    size: u64.doc('bytes in all; while logging, those that are dirty'),
    pos: u64.doc('0 or a multiple of the length of the data region'),
  },
  { title: 'Device memory control', source: SOURCE, evidence: 'derived', parameters: packing },
)

const query = {
  startAddr: u64.asHex().doc('guest physical address of the first page'),
  pageNr: u64.doc('pages asked for'),
}

const systemMemory = struct('vfio-system-memory-ctl', query, { title: 'Dirty page query', source: SOURCE })

/** What one write of 16 bytes to `system_memory` holds. */
export const dirtyQuery = struct('vfio-dirty-query', query, {
  title: 'Dirty page query of the 2019 control region',
  source: SOURCE,
  parameters: { bitmapRegion: { meaning: 'bytes of the dirty bitmap region; 0: not known', default: 0 } },
})

/** The control region. Fields are accessed one at a time, so a whole image is a model, not one read. */
export const deviceStateCtl = struct(
  'vfio-device-state-ctl',
  {
    version: u32.doc('of the interface; 1'),
    deviceState: bits(u32, {
      stop: bit(0).doc('the device is stopped'),
      logging: bit(1).doc('dirty pages are logged'),
      reserved: rest(),
    }).doc('written'),
    caps: bits(u32, {
      deviceMemory: bit(0).doc('there is a device memory region'),
      systemMemory: bit(1).doc('there is a dirty bitmap region'),
      reserved: rest(),
    }),
    padding: optional(atLeast(size, KERNEL_PACKING), reserved(4)),
    deviceConfig: configControl.withParameters(inside),
    deviceMemory: memoryControl.withParameters(inside),
    systemMemory,
  },
  {
    title: 'Device state control region of 2019',
    source: SOURCE,
    evidence: 'derived',
    parameters: {
      ...packing,
      configRegion: { meaning: 'bytes of the device config region; 0: not known', default: 0 },
      memoryRegion: { meaning: 'bytes of the device memory region; 0: not known', default: 0 },
      bitmapRegion: { meaning: 'bytes of the dirty bitmap region; 0: not known', default: 0 },
    },
  },
)
