import { atLeast, bit, bits, both, leastSize, optional, remaining, rest, struct, u32, u64 } from '../../layout/index.ts'
import { vfioFacts } from '../facts.layout.ts'
import { following } from '../following.layout.ts'

const facts = (title: string, name: string) =>
  ({
    ...vfioFacts(title, name),
    parameters: { pageSize: { meaning: 'bytes of the smallest page that the IOMMU maps', default: 4096 } },
  }) as const

/** Where the bits of a range are to be written. */
export const bitmap = struct(
  'vfio-bitmap',
  {
    pgsize: u64.doc('bytes of the page that a bit stands for'),
    size: u64.doc('bytes of the bitmap'),
    data: u64.asHex().doc('user-space address of the bitmap'),
  },
  vfioFacts('Bitmap of dirty pages', 'vfio_bitmap'),
)

/** Argument of VFIO_IOMMU_MAP_DMA. */
export const dmaMap = struct(
  'vfio-dma-map',
  {
    argsz: u32.doc('32'),
    flags: bits(u32, {
      read: bit(0).doc('the device may read'),
      write: bit(1).doc('the device may write'),
      vaddr: bit(2).doc('only the user-space address is new'),
      reserved: rest(),
    }),
    vaddr: u64.asHex().doc('user-space address; differs from run to run'),
    iova: u64.asHex().doc('address that the device uses'),
    size: u64.asHex().doc('bytes'),
    following,
  },
  facts('VFIO DMA mapping', 'vfio_iommu_type1_dma_map'),
)

/** Argument of VFIO_IOMMU_UNMAP_DMA. */
export const dmaUnmap = struct(
  'vfio-dma-unmap',
  {
    argsz: u32.doc('24, with a bitmap 48'),
    flags: bits(u32, {
      getDirtyBitmap: bit(0).doc('says which pages are dirty before they are unmapped'),
      all: bit(1).doc('unmaps everything; iova and size are 0'),
      vaddr: bit(2).doc('does not unmap: the user-space addresses are about to change'),
      reserved: rest(),
    }),
    iova: u64.asHex().doc('address that the device uses'),
    size: u64.asHex().doc('in: bytes; out: bytes that were unmapped'),
    bitmap: optional(both('flags.getDirtyBitmap', atLeast(remaining, leastSize(bitmap))), bitmap),
    following,
  },
  facts('VFIO DMA unmapping', 'vfio_iommu_type1_dma_unmap'),
)

/** What of the log is asked for. */
export const dirtyRange = struct(
  'vfio-dirty-bitmap-range',
  {
    iova: u64.asHex().doc('first address; the range takes whole mappings'),
    size: u64.asHex().doc('bytes of the range'),
    bitmap,
  },
  vfioFacts('Range of dirty pages', 'vfio_iommu_type1_dirty_bitmap_get'),
)

/** Argument of VFIO_IOMMU_DIRTY_PAGES. */
export const dirtyBitmap = struct(
  'vfio-dirty-bitmap',
  {
    argsz: u32.doc('8, with a range 48; the bitmap is not counted'),
    flags: bits(u32, {
      start: bit(0).doc('starts the log'),
      stop: bit(1).doc('ends the log'),
      getBitmap: bit(2).doc('reads and clears the log of a range'),
      reserved: rest(),
    }),
    range: optional(both('flags.getBitmap', atLeast(remaining, leastSize(dirtyRange))), dirtyRange),
    following,
  },
  facts('VFIO dirty page log', 'vfio_iommu_type1_dirty_bitmap'),
)
