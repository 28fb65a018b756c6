import { atLeast, bytes, optional, remaining, reserved, struct } from '../../layout/index.ts'
import { migrationRegionV8 } from '../../vfio/migration-region.layout.ts'

/** Bytes of the header page, and so the data offset. */
export const HEADER_PAGE = 4096
export const BITMAP_SIZE = 65536
/** Bytes of the whole region: 69632. */
export const REGION_SIZE = HEADER_PAGE + BITMAP_SIZE
const HEADER_SIZE = 64

/** The migration region of the i40e sample, captured whole or as its header alone. No device state was ever in it. */
export const vendorOpsRegion = struct(
  'vendor-ops-2020-region',
  {
    header: migrationRegionV8,
    headerPage: optional(atLeast(remaining, 1), reserved(HEADER_PAGE - HEADER_SIZE).doc('rest of the header page')),
    bitmap: optional(atLeast(remaining, 1), bytes(BITMAP_SIZE).doc('a bit a page, lowest bit first: 524288 pages')),
  },
  {
    title: 'Migration region of the i40e VF sample of vendor ops',
    source: 'Yan Zhao, RFC v1 to v3, mediate and vendor ops in vfio-pci, December 2019 to February 2020, i40e sample',
  },
)
