import { defineCodes } from '../../findings/index.ts'

const TYPE1 = 'drivers/vfio/vfio_iommu_type1.c'

/** Codes of mappings and of the container's log of dirty pages. */
export const dmaCodes = defineCodes({
  'vfio/dma-flags': {
    severity: 'error',
    title: 'flags of a mapping contradict each other, or are not known',
    explanation:
      'A mapping is readable or writable, or it only renews an address; unmapping everything or only addresses gives no bitmap. The kernel refuses anything else with EINVAL.',
    source: `${TYPE1} vfio_dma_do_map, vfio_iommu_type1_unmap_dma`,
  },
  'vfio/dma-misaligned': {
    severity: 'error',
    title: 'a mapping does not start and end at pages',
    explanation:
      'Addresses and size are multiples of the smallest page of the IOMMU, as VFIO_IOMMU_GET_INFO says (pageSize here). The kernel refuses it with EINVAL.',
    source: `${TYPE1} vfio_dma_do_map`,
  },
  'vfio/dma-empty': {
    severity: 'error',
    title: 'a mapping has no bytes',
    explanation: 'The kernel refuses a size of 0 with EINVAL, unless everything is unmapped.',
    source: `${TYPE1} vfio_dma_do_map, vfio_dma_do_unmap`,
  },
  'vfio/dma-overflow': {
    severity: 'error',
    title: 'a mapping leaves the address space',
    explanation: 'An address and the size together are above 2^64; the kernel refuses it with EINVAL.',
    source: `${TYPE1} vfio_dma_do_map`,
  },
  'vfio/dma-unmap-all': {
    severity: 'error',
    title: 'everything is unmapped, and a range is named',
    explanation: 'With the flag for all, address and size are 0; the kernel refuses anything else with EINVAL.',
    source: `${TYPE1} vfio_dma_do_unmap`,
  },
  'vfio/dirty-pages-flags': {
    severity: 'error',
    title: 'not exactly one of start, stop and read is asked for',
    explanation:
      'The kernel refuses none, several and unknown flags with EINVAL: the log is neither started nor read, and pages that the device writes would be lost.',
    source: `${TYPE1} vfio_iommu_type1_dirty_pages`,
  },
  'vfio/bitmap-missing': {
    severity: 'error',
    title: 'dirty pages are asked for without a bitmap',
    explanation:
      'Behind the argument, and counted in argsz, stands where the bitmap is. The kernel refuses the request with EINVAL; the bytes that are there are kept.',
    source: `${TYPE1} vfio_iommu_type1_dirty_pages, vfio_iommu_type1_unmap_dma`,
  },
  'vfio/bitmap-page-size': {
    severity: 'error',
    title: 'the page size of a dirty bitmap is not one that the kernel has',
    explanation:
      'It is a power of two, for the log of a container the smallest page of the IOMMU (pageSize here). The kernel refuses others with EINVAL; bits would stand for other pages.',
    source: `${TYPE1} vfio_iommu_type1_dirty_pages`,
  },
  'vfio/bitmap-size': {
    severity: 'error',
    title: 'the size of a dirty bitmap does not suit its range',
    explanation:
      'There is a bit for each page, in whole words of 64, so 8 * ceil(pages / 64) bytes at least, and 0x10000000 at most (2^31 pages). The kernel refuses others with EINVAL. Ask in several ranges.',
    source: `${TYPE1} verify_bitmap_size`,
  },
})
