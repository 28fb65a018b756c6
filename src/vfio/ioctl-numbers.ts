import type { Evidence } from '../layout/index.ts'
import type { FileKind } from './file-kinds.ts'

/** One VFIO request number. */
export interface VfioIoctl {
  readonly name: string
  /** The design that brought it. */
  readonly design: string
  /** n of `_IO(VFIO_TYPE, VFIO_BASE + n)`. */
  readonly index: number
  /** The number that the kernel gets: direction and size bits are zero. */
  readonly number: number
  /** File that it is asked of. */
  readonly file: FileKind
  readonly evidence: Evidence
}

/** `;`, and where VFIO starts to count. */
const TYPE = 0x3b
const BASE = 100

/** Where the iommufd starts to count, with the same type. */
const IOMMUFD_BASE = 0x80

/** `_IO(VFIO_TYPE, VFIO_BASE + index)`. */
export function vfioRequest(index: number): number {
  return TYPE * 0x100 + BASE + index
}

type Row = readonly [name: string, index: number, file: VfioIoctl['file'], evidence?: Evidence]

const rows = (design: string, table: readonly Row[]): VfioIoctl[] =>
  table.map(([name, index, file, evidence = 'verified']) => ({
    name,
    design,
    index,
    number: vfioRequest(index),
    file,
    evidence,
  }))

/** Requests of the iommufd, in the order of their numbers; the later ones are remembered. */
const IOMMUFD: readonly (readonly [evidence: Evidence, ...names: string[]])[] = [
  [
    'verified',
    'IOMMU_DESTROY',
    'IOMMU_IOAS_ALLOC',
    'IOMMU_IOAS_ALLOW_IOVAS',
    'IOMMU_IOAS_COPY',
    'IOMMU_IOAS_IOVA_RANGES',
    'IOMMU_IOAS_MAP',
    'IOMMU_IOAS_UNMAP',
    'IOMMU_OPTION',
    'IOMMU_VFIO_IOAS',
    'IOMMU_HWPT_ALLOC',
    'IOMMU_GET_HW_INFO',
    'IOMMU_HWPT_SET_DIRTY_TRACKING',
    'IOMMU_HWPT_GET_DIRTY_BITMAP',
  ],
  [
    'recalled',
    'IOMMU_HWPT_INVALIDATE',
    'IOMMU_FAULT_QUEUE_ALLOC',
    'IOMMU_IOAS_MAP_FILE',
    'IOMMU_VIOMMU_ALLOC',
    'IOMMU_VDEVICE_ALLOC',
    'IOMMU_IOAS_CHANGE_PROCESS',
    'IOMMU_VEVENTQ_ALLOC',
    'IOMMU_HW_QUEUE_ALLOC',
  ],
]

const iommufdRows: readonly Row[] = IOMMUFD.flatMap(([evidence, ...names]) =>
  names.map((name) => ({ name, evidence })),
).map(({ name, evidence }, at) => [name, IOMMUFD_BASE + at - BASE, 'iommufd', evidence] as const)

/** Request numbers of Linux and of the designs that never got there; proposals' numbers were used again later. */
export const vfioIoctls: readonly VfioIoctl[] = [
  ...rows('linux', [
    ['VFIO_GET_API_VERSION', 0, 'container'],
    ['VFIO_CHECK_EXTENSION', 1, 'container'],
    ['VFIO_SET_IOMMU', 2, 'container'],
    ['VFIO_GROUP_GET_STATUS', 3, 'group'],
    ['VFIO_GROUP_SET_CONTAINER', 4, 'group'],
    ['VFIO_GROUP_UNSET_CONTAINER', 5, 'group'],
    ['VFIO_GROUP_GET_DEVICE_FD', 6, 'group'],
    ['VFIO_DEVICE_GET_INFO', 7, 'device'],
    ['VFIO_DEVICE_GET_REGION_INFO', 8, 'device'],
    ['VFIO_DEVICE_GET_IRQ_INFO', 9, 'device'],
    ['VFIO_DEVICE_SET_IRQS', 10, 'device'],
    ['VFIO_DEVICE_RESET', 11, 'device'],
    ['VFIO_DEVICE_GET_PCI_HOT_RESET_INFO', 12, 'device'],
    ['VFIO_IOMMU_GET_INFO', 12, 'container'],
    ['VFIO_DEVICE_PCI_HOT_RESET', 13, 'device'],
    ['VFIO_IOMMU_MAP_DMA', 13, 'container'],
    ['VFIO_DEVICE_QUERY_GFX_PLANE', 14, 'device'],
    ['VFIO_IOMMU_UNMAP_DMA', 14, 'container'],
    ['VFIO_DEVICE_GET_GFX_DMABUF', 15, 'device'],
    ['VFIO_IOMMU_ENABLE', 15, 'container'],
    ['VFIO_DEVICE_IOEVENTFD', 16, 'device'],
    ['VFIO_IOMMU_DISABLE', 16, 'container'],
    ['VFIO_IOMMU_DIRTY_PAGES', 17, 'container'],
    ['VFIO_DEVICE_FEATURE', 17, 'device'],
    ['VFIO_DEVICE_BIND_IOMMUFD', 18, 'device'],
    ['VFIO_DEVICE_ATTACH_IOMMUFD_PT', 19, 'device'],
    ['VFIO_DEVICE_DETACH_IOMMUFD_PT', 20, 'device'],
    ['VFIO_MIG_GET_PRECOPY_INFO', 21, 'migration-data'],
    // Of the IOMMU of POWER machines, behind those of the usual one: the first that fits is the likely one.
    ['VFIO_IOMMU_SPAPR_TCE_GET_INFO', 12, 'container'],
    ['VFIO_IOMMU_SPAPR_REGISTER_MEMORY', 17, 'container'],
    ['VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY', 18, 'container'],
    ['VFIO_IOMMU_SPAPR_TCE_CREATE', 19, 'container'],
    ['VFIO_IOMMU_SPAPR_TCE_REMOVE', 20, 'container'],
    ['VFIO_EEH_PE_OP', 21, 'container'],
  ]),
  ...rows('linux iommufd', iommufdRows),
  ...rows('faked capability 2015', [['VFIO_GET_PCI_CAP_INFO', 22, 'device', 'recalled']]),
  ...rows('mdev 2017-18, V1', [
    ['VFIO_DEVICE_PCI_STATUS_SET', 14, 'device'],
    ['VFIO_DEVICE_PCI_GET_DIRTY_BITMAP', 15, 'device'],
  ]),
  ...rows('mdev 2017-18, V2 to V4', [['VFIO_IOMMU_GET_DIRTY_BITMAP', 17, 'container']]),
]

/** Everything that a request number was used for. */
export function vfioIoctlsOf(number: number): VfioIoctl[] {
  return vfioIoctls.filter((known) => known.number === number)
}

/** Whether Linux has the request today; the others are of designs that never got there. */
export function isToday({ design }: VfioIoctl): boolean {
  return design === 'linux' || design === 'linux iommufd'
}

/**
 * The request that a number is on a file of some kind: that of today's Linux, and of the usual IOMMU where POWER has
 * another. Undefined where the number is none of that file. An iommufd takes the requests of a container, too.
 */
export function resolveRequest(number: number, file: FileKind): VfioIoctl | undefined {
  const today = vfioIoctlsOf(number).filter(isToday)
  const asked = today.find((known) => known.file === file)
  if (asked !== undefined || (file !== 'iommufd' && file !== 'container')) return asked
  // A container may be an iommufd that takes its place, and the other way round.
  return today.find((known) => known.file === 'iommufd' || known.file === 'container')
}
