import { defineCodes } from '../../findings/index.ts'

export const flatCodes = defineCodes({
  'dirty-bitmap/not-words': {
    severity: 'warning',
    title: 'the bitmap is not a whole number of 64-bit words',
    explanation:
      'Its source writes words of 8 bytes. The capture was cut, or has something before or behind the bitmap.',
    source: 'linux/vfio.h, linux/iommufd.h, linux/kvm.h: arrays of __u64',
  },
  'dirty-bitmap/too-short': {
    severity: 'error',
    title: 'the bitmap has no bit for some of its pages',
    explanation:
      'The kernel refuses so small a buffer, or writes behind it. Pages without a bit count as clean and would not be sent again.',
    source: 'drivers/vfio/vfio_iommu_type1.c verify_bitmap_size; virt/kvm/kvm_main.c kvm_dirty_bitmap_bytes',
  },
  'dirty-bitmap/too-long': {
    severity: 'info',
    title: 'the bitmap has more bytes than its pages need',
    explanation:
      'Sources accept larger buffers. The number of pages may be wrong, or more than one bitmap was captured.',
  },
  'dirty-bitmap/bits-beyond': {
    severity: 'warning',
    title: 'bits are set for pages behind the last',
    explanation:
      'They stand for no page and are left out. The number of pages or the byte order of words is wrong, or the bytes are another bitmap.',
  },
  'dirty-bitmap/not-zeroed': {
    severity: 'warning',
    title: 'the buffer of an only-set bitmap was not zeroed',
    explanation:
      'Such a source adds bits and never clears one. Bits behind the last page were in the buffer before; other bits may be as old, so that clean pages are sent again in every round. Zero the buffer before each read.',
    source: 'drivers/iommu/iommufd/iova_bitmap.c iova_bitmap_set',
  },
  'dirty-bitmap/all-dirty': {
    severity: 'info',
    title: 'every page is dirty',
    explanation:
      'Often the source has no record: KVM starts so with INITIALLY_SET, type1 answers so for devices that do not report. Where every round is like this, pre-copy does not converge.',
    source: 'drivers/vfio/vfio_iommu_type1.c update_user_bitmap; linux Documentation/virt/kvm/api.rst',
  },
  'dirty-bitmap/all-clean': {
    severity: 'info',
    title: 'no page is dirty',
    explanation:
      'Right for an idle device. Otherwise logging was not started, or the log was read, and thereby cleared, by somebody else: those pages are lost unless that reader sends them.',
  },
  'dirty-bitmap/page-size': {
    severity: 'error',
    title: 'the source has no pages of this size',
    explanation: 'The kernel refuses the request. With the wrong page size, the bits stand for the wrong addresses.',
  },
  'dirty-bitmap/base-misaligned': {
    severity: 'error',
    title: 'the first page does not start at a multiple of the page size',
    explanation: 'The kernel refuses the request (EINVAL). Bits would stand for parts of two pages.',
    source: 'drivers/iommu/iommufd/hw_pagetable.c; drivers/vfio/vfio_iommu_type1.c',
  },
  'dirty-bitmap/range': {
    severity: 'error',
    title: 'the pages leave the address space',
    explanation: 'The last page lies above 2^64: base, number or size of pages is wrong. The kernel answers EOVERFLOW.',
    source: 'drivers/vfio/vfio_main.c, drivers/iommu/iommufd/hw_pagetable.c',
  },
  'dirty-bitmap/too-many-pages': {
    severity: 'error',
    title: 'one request cannot be about so many pages',
    explanation: 'The kernel refuses it (EINVAL). Ask for parts of the range.',
    source: 'drivers/vfio/vfio_iommu_type1.c DIRTY_BITMAP_PAGES_MAX',
  },
  'dirty-bitmap/word-order': {
    severity: 'warning',
    title: 'the source has little-endian bits on every machine',
    explanation:
      'Only raw words of a big-endian host are swapped. These bits were not, so that reading them so gives other pages.',
    source: 'linux virt/kvm/kvm_main.c (set_bit_le); QEMU migration/ram.c (bitmap_to_le)',
  },
})

export type FlatCode = keyof typeof flatCodes.entries
