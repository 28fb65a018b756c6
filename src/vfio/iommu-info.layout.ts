import { array, atLeast, bit, bits, optional, remaining, reserved, rest, struct, u32, u64 } from '../layout/index.ts'
import { vfioFacts } from './facts.layout.ts'

/** The fixed part; kernels before capabilities answer its first 16 bytes. */
export const iommuInfoHead = struct(
  'vfio-iommu-info-head',
  {
    argsz: u32.doc('bytes of the whole, capabilities included; more than were given where the caller has to ask again'),
    flags: bits(u32, {
      pgsizes: bit(0).doc('iovaPgsizes means something'),
      caps: bit(1).doc('there are capabilities; without it capOffset means nothing'),
      reserved: rest(),
    }),
    iovaPgsizes: u64.asHex().doc('a bit for each page size that can be mapped'),
    capOffset: optional(atLeast(remaining, 1), u32.asHex().doc('first capability, in bytes from the start')),
    pad: optional(atLeast(remaining, 1), u32.doc('0')),
  },
  vfioFacts('VFIO IOMMU information, fixed part', 'vfio_iommu_type1_info'),
)

/** Addresses that a device can be given. */
export const iovaRanges = struct(
  'vfio-iommu-cap-iova-range',
  {
    nrIovas: u32,
    reserved: reserved(4),
    iovaRanges: array(
      struct(
        'vfio-iova-range',
        { start: u64.asHex(), end: u64.asHex().doc('last address, included') },
        vfioFacts('Range of addresses', 'vfio_iova_range'),
      ),
      'nrIovas',
    ),
  },
  vfioFacts('VFIO IOVA range capability', 'vfio_iommu_type1_info_cap_iova_range'),
)

/** Bytes behind the flags on machines that do not pad; more of them are with the padding of 64-bit machines. */
const UNPADDED = 16

/** What the container's log of dirty pages can do. */
export const iommuMigration = struct(
  'vfio-iommu-cap-migration',
  {
    flags: u32.asHex().doc('0'),
    padding: optional(atLeast(remaining, UNPADDED + 1), reserved(4)),
    pgsizeBitmap: u64.asHex().doc('a bit for each page size of the log; the kernel names the smallest only'),
    maxDirtyBitmapSize: u64.asHex().doc('bytes of the largest bitmap'),
  },
  vfioFacts('VFIO IOMMU migration capability', 'vfio_iommu_type1_info_cap_migration'),
)

/** How many mappings more there may be. */
export const dmaAvailable = struct(
  'vfio-iommu-cap-dma-avail',
  { avail: u32.doc('mappings that are left') },
  vfioFacts('VFIO DMA available capability', 'vfio_iommu_type1_info_dma_avail'),
)
