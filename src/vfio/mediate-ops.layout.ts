import { array, bit, bits, reserved, struct, u32, u64, wideRest } from '../layout/index.ts'
import { infoCapability } from './capability-header.layout.ts'

const SOURCE = 'Yan Zhao, RFC, Introduce mediate ops in vfio-pci, 5 December 2019'

/** Type and subtype of the region through which userspace hears that BARs are trapped. */
export const DYNAMIC_TRAP_REGION = { type: 4, subtype: 1 } as const

/** Devices that one mediate driver may have open. */
export const MEDIATE_OPEN_LIMIT = 1024

/** What `open` of a mediate driver says that it can do. */
export const mediateCapabilities = struct(
  'vfio-mediate-capabilities',
  {
    capabilities: bits(u64, {
      migration: bit(0).doc('there is a migration region'),
      dynamicTrapBar: bit(1).doc('BARs can be trapped while dirty pages are tracked'),
      reserved: wideRest(),
    }),
  },
  { title: 'Capabilities of a mediate driver', source: SOURCE },
)

/** Content of the region DYNAMIC_TRAP_BAR_INFO. */
export const dynamicTrapBarInfo = struct(
  'vfio-dynamic-trap-bar-info',
  {
    dtFd: u32.doc('eventfd that userspace has written'),
    trap: u32.within(0, 1).doc('1: the areas that can be disabled are trapped'),
  },
  { title: 'Region of dynamically trapped BARs', source: SOURCE },
)

const area = struct(
  'vfio-sparse-area-disablable',
  {
    offset: u64.asHex().doc('from the start of the region'),
    size: u64.asHex().doc('bytes'),
    disablable: u32.within(0, 1).doc('1: the mapping goes away while dirty pages are tracked'),
    padding: reserved(4).known('derived'),
  },
  { title: 'Sparse area that can be disabled', source: SOURCE },
)

/** The SPARSE_MMAP capability with the areas that the series extended to 24 bytes. */
export const sparseMmapDisablable = struct(
  'vfio-sparse-mmap-disablable',
  { header: infoCapability, nrAreas: u32, reserved: reserved(4), areas: array(area, 'nrAreas') },
  { title: 'Sparse mmap capability with areas that can be disabled', source: SOURCE },
)
