import { bit, bits, reserved, rest, struct, u32, u64 } from '../../layout/index.ts'
import { following } from '../following.layout.ts'

const facts = (title: string, name: string) =>
  ({ title, source: `linux/iommufd.h struct ${name}`, byteOrder: 'parameter' }) as const

/** Argument of IOMMU_HWPT_SET_DIRTY_TRACKING. */
export const hwptSetDirtyTracking = struct(
  'iommufd-hwpt-set-dirty-tracking',
  {
    size: u32.doc('16'),
    flags: bits(u32, { enable: bit(0).doc('tracks dirty pages from now on'), reserved: rest() }),
    hwptId: u32.doc('page table of the IOMMU'),
    reserved: reserved(4),
    following,
  },
  facts('iommufd dirty tracking', 'iommu_hwpt_set_dirty_tracking'),
)

/** Argument of IOMMU_HWPT_GET_DIRTY_BITMAP. */
export const hwptGetDirtyBitmap = struct(
  'iommufd-hwpt-get-dirty-bitmap',
  {
    size: u32.doc('48'),
    hwptId: u32.doc('page table of the IOMMU'),
    flags: bits(u32, { noClear: bit(0).doc('the pages stay dirty'), reserved: rest() }),
    reserved: reserved(4),
    iova: u64.asHex().doc('address of the first bit'),
    length: u64.asHex().doc('bytes of the range'),
    pageSize: u64.doc('bytes that a bit stands for'),
    data: u64.asHex().doc('user-space address of the bitmap'),
    following,
  },
  facts('iommufd dirty bitmap', 'iommu_hwpt_get_dirty_bitmap'),
)
