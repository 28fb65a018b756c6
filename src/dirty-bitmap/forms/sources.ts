import type { Severity } from '../../findings/index.ts'

/** How many bytes a number of pages takes. */
export type SizeRule = 'bytes' | 'words' | 'words-and-spare'

/** What is known of the bitmaps that one source gives. */
export interface BitmapSource {
  /** What people call it. */
  readonly title: string
  /** Where the rules come from. */
  readonly origin: string
  /** Smallest page that it can be asked for. */
  readonly leastPage: number
  /** The only page size that it has, where it has one. */
  readonly onlyPage?: number
  /** Fewest bytes that hold a request. */
  readonly needed: SizeRule
  /** Bytes that its users give it. */
  readonly usual: SizeRule
  /** Most pages of one request. */
  readonly mostPages?: number
  /**
   * Whether it only sets bits and never clears one (`bits`), so that old bits of a buffer survive, or overwrites whole
   * words (`words`).
   */
  readonly writes: 'bits' | 'words'
  /** Whether reading clears what was read, so that a second reader sees nothing. */
  readonly clearsOnRead: boolean
  /** Whether words are those of the host, or little-endian everywhere. */
  readonly order: 'host' | 'little'
  /** What a map of nothing but ones means. */
  readonly allDirty: { readonly severity: Severity; readonly meaning: string }
  /** What a map of nothing but zeros means. */
  readonly allClean: string
}

const LOGGED = {
  leastPage: 4096,
  needed: 'words',
  usual: 'words',
  writes: 'bits',
  clearsOnRead: true,
  order: 'host',
  allDirty: { severity: 'info', meaning: 'the device wrote everything, or reports more than it wrote' },
  allClean: 'nothing was written since the last read, logging is not on, or somebody else has read and cleared it',
} as const

const PINNED = 'every page is pinned for the device; nothing says which of them it wrote'

/** Every source of flat bitmaps, by the name that the option `source` has. */
export const BITMAP_SOURCES = {
  'vfio-type1': {
    title: 'VFIO_IOMMU_DIRTY_PAGES of a type1 container',
    origin: 'linux/vfio.h VFIO_IOMMU_DIRTY_PAGES; drivers/vfio/vfio_iommu_type1.c verify_bitmap_size',
    leastPage: 4096,
    needed: 'words',
    usual: 'words',
    mostPages: 2 ** 31 - 1,
    writes: 'words',
    clearsOnRead: true,
    order: 'host',
    allDirty: {
      severity: 'warning',
      meaning:
        'the container has a device that does not report what it pins, so that all mapped pages count as dirty in every round',
    },
    allClean: 'nothing is pinned or mapped there, or tracking is not on',
  },
  'dma-logging': {
    ...LOGGED,
    title: 'VFIO_DEVICE_FEATURE_DMA_LOGGING_REPORT',
    origin: 'linux/vfio.h; drivers/vfio/vfio_main.c; drivers/iommu/iommufd/iova_bitmap.c',
  },
  iommufd: {
    ...LOGGED,
    title: 'IOMMU_HWPT_GET_DIRTY_BITMAP',
    origin: 'linux/iommufd.h; drivers/iommu/iommufd/io_pagetable.c',
    leastPage: 1,
  },
  kvm: {
    title: 'KVM_GET_DIRTY_LOG',
    origin: 'linux Documentation/virt/kvm/api.rst; virt/kvm/kvm_main.c',
    leastPage: 4096,
    needed: 'words',
    usual: 'words',
    writes: 'words',
    clearsOnRead: true,
    order: 'little',
    allDirty: {
      severity: 'info',
      meaning: 'the first read with KVM_DIRTY_LOG_INITIALLY_SET is like this, and says nothing of what was written',
    },
    allClean: 'nothing was written since the last read, logging is not on, or somebody else has read and cleared it',
  },
  'mapped-ram': {
    title: 'bitmap of a block in a mapped-ram file of QEMU',
    origin: 'QEMU migration/ram.c mapped_ram_setup_ramblock; docs/devel/migration/mapped-ram.rst',
    leastPage: 4096,
    needed: 'words',
    usual: 'words',
    writes: 'words',
    clearsOnRead: false,
    order: 'host',
    allDirty: { severity: 'info', meaning: 'every page of the block is in the file, none is all zeros' },
    allClean: 'no page of the block is in the file: all are zeros, or the bitmap was not written yet',
  },
  'libvfio-user': {
    ...LOGGED,
    title: 'bitmap in a vfio-user message',
    origin: 'libvfio-user lib/dma.c get_bitmap_size',
    leastPage: 1,
    needed: 'bytes',
    writes: 'words',
  },
  xen: {
    title: 'bitmap of XEN_DOMCTL_SHADOW_OP_CLEAN and PEEK',
    origin: 'xen/include/public/domctl.h; xen/arch/x86/mm/paging.c paging_log_dirty_op',
    leastPage: 4096,
    onlyPage: 4096,
    needed: 'bytes',
    usual: 'bytes',
    writes: 'words',
    clearsOnRead: true,
    order: 'little',
    allDirty: { severity: 'info', meaning: 'the guest wrote every page since the last CLEAN' },
    allClean: 'nothing was written since the last CLEAN, or log-dirty mode is not on',
  },
  'gvt-2017': {
    title: 'bitmap of VFIO_IOMMU_GET_DIRTY_BITMAP (2017)',
    origin: 'Yulei Zhang, "Introduce Live migration capability to vfio_mdev device", V2 to V4',
    leastPage: 4096,
    onlyPage: 4096,
    needed: 'bytes',
    usual: 'words-and-spare',
    writes: 'bits',
    clearsOnRead: false,
    order: 'little',
    allDirty: { severity: 'info', meaning: PINNED },
    allClean: 'no page is pinned for the device',
  },
  'region-2019': {
    title: 'dirty bitmap region of the 2019 device state proposal',
    origin: 'Yan Zhao, device-state regions, February 2019',
    leastPage: 4096,
    onlyPage: 4096,
    needed: 'words',
    usual: 'words',
    writes: 'words',
    clearsOnRead: true,
    order: 'little',
    allDirty: { severity: 'info', meaning: 'the device wrote every page since the last query' },
    allClean: 'nothing was written since the last query, or LOGGING is not on',
  },
} as const satisfies Readonly<Record<string, BitmapSource>>

export type BitmapSourceName = keyof typeof BITMAP_SOURCES

/** Bytes of so many pages. */
export function sizeBy(rule: SizeRule, pages: number): number {
  if (rule === 'bytes') return Math.ceil(pages / 8)
  return 8 * (Math.ceil(pages / 64) + (rule === 'words-and-spare' ? 1 : 0))
}
