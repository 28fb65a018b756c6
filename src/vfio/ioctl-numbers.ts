import type { Evidence } from '../layout/index.ts'

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
  readonly file: 'container' | 'group' | 'device'
  readonly evidence: Evidence
}

/** `;`, and where VFIO starts to count. */
const TYPE = 0x3b
const BASE = 100

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
  ]),
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
