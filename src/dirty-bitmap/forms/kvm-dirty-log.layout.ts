import { reserved, struct, u32, u64 } from '../../layout/index.ts'
import { kvmSlot, slotPages } from './kvm-slot.layout.ts'

/** Request numbers of KVM's dirty page logs. */
export const KVM_DIRTY_REQUESTS = {
  KVM_GET_DIRTY_LOG: 0x4010ae42,
  KVM_CLEAR_DIRTY_LOG: 0xc018aec0,
  KVM_RESET_DIRTY_RINGS: 0xaec7,
} as const

export const kvmGetDirtyLog = struct(
  'kvm-get-dirty-log',
  {
    slot: kvmSlot,
    padding: reserved(4),
    dirtyBitmap: u64
      .asHex()
      .doc('address of the buffer: whole 64-bit words, a bit for each page of the slot, overwritten'),
  },
  {
    title: 'Argument of KVM_GET_DIRTY_LOG',
    source: 'linux/kvm.h struct kvm_dirty_log',
    byteOrder: 'parameter',
  },
)

export const kvmClearDirtyLog = struct(
  'kvm-clear-dirty-log',
  {
    slot: kvmSlot,
    numPages: u32.doc('pages to clear and protect again; a multiple of 64 unless they reach the end of the slot'),
    firstPage: u64.doc('first of them in the slot, a multiple of 64'),
    dirtyBitmap: u64.asHex().doc('address of a bitmap that starts at firstPage: 1 means clear this page'),
  },
  {
    title: 'Argument of KVM_CLEAR_DIRTY_LOG',
    source: 'linux/kvm.h struct kvm_clear_dirty_log',
    byteOrder: 'parameter',
    parameters: { slotPages },
  },
)
