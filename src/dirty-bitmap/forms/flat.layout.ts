import { bytes, remaining, struct } from '../../layout/index.ts'

/** Nothing but bits: what they are about, and in which byte order, only the one who captured them knows. */
export const flatBitmap = struct(
  'dirty-bitmap',
  { bitmap: bytes(remaining).doc('page n is bit n % 64 of 64-bit word n / 64, lowest first') },
  {
    title: 'Dirty bitmap, raw bits',
    source: 'linux/vfio.h, linux/iommufd.h, linux/kvm.h; drivers/iommu/iommufd/iova_bitmap.c; QEMU migration/ram.c',
  },
)
