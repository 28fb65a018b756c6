import { array, bit, bits, rest, struct, u32, u64 } from '../../layout/index.ts'
import { kvmSlot, slotPages } from './kvm-slot.layout.ts'

/** Where the ring of a vCPU is mapped in its file, in pages, on x86. */
export const KVM_DIRTY_RING_PAGE = 64
/** Exit reason of a vCPU of which the ring is full. */
export const KVM_EXIT_DIRTY_RING_FULL = 31
/** Entries that a ring can have: a page of them to 1 MiB, a power of two. */
export const RING_ENTRIES = { least: 256, most: 65536 } as const

export const kvmDirtyGfn = struct(
  'kvm-dirty-gfn',
  {
    flags: bits(u32, {
      dirty: bit(0).doc('the entry names a page that was written'),
      reset: bit(1).doc('user space has harvested it; the kernel frees it with KVM_RESET_DIRTY_RINGS'),
      reserved: rest(),
    }),
    slot: kvmSlot,
    offset: u64.doc('page inside the slot, not in guest memory'),
  },
  { title: 'Entry of a KVM dirty ring', source: 'linux/kvm.h struct kvm_dirty_gfn', byteOrder: 'parameter' },
)

export const kvmDirtyRing = struct(
  'kvm-dirty-ring',
  { entries: array(kvmDirtyGfn, 'to-end') },
  {
    title: 'KVM dirty ring of a vCPU',
    source: 'linux/kvm.h struct kvm_dirty_gfn; virt/kvm/dirty_ring.c',
    byteOrder: 'parameter',
    parameters: {
      start: { meaning: 'entry that is harvested next', default: 0 },
      slotPages: { ...slotPages, meaning: 'pages of the largest slot; 0: not known' },
    },
  },
)
