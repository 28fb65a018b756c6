import { bytes, remaining, struct, u64 } from '../layout/index.ts'

const fields = {
  startAddr: u64.asHex().doc('guest physical (IOVA) byte address of the first page'),
  pageNr: u64.doc('pages of 4 KiB'),
  dirtyBitmap: bytes(remaining).doc('bit i of byte i / 8, lowest first: page i is pinned, so treat it as dirty'),
} as const

const SERIES = 'Yulei Zhang, "Introduce Live migration capability to vfio_mdev device"'

/** Argument of the first version: what stands where is remembered, not read. */
export const pciGetDirtyBitmap = struct('vfio-pci-get-dirty-bitmap', fields, {
  title: 'Argument of VFIO_DEVICE_PCI_GET_DIRTY_BITMAP',
  source: `${SERIES}, June 2017`,
  byteOrder: 'parameter',
  evidence: 'recalled',
})

/** Argument of the later versions; `queryBitmapBytes` gives the size of its bitmap. */
export const iommuGetDirtyBitmap = struct('vfio-iommu-get-dirty-bitmap', fields, {
  title: 'Argument of VFIO_IOMMU_GET_DIRTY_BITMAP',
  source: `${SERIES}, V2 to V4, August 2017 to May 2018`,
  byteOrder: 'parameter',
})
