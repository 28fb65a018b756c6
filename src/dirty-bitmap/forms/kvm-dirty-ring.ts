import { counted, defineCodes } from '../../findings/index.ts'
import * as generated from '../../generated/dirty-bitmap/forms/kvm-dirty-ring.js'
import { codec, structureFormat, type Value } from '../../layout/index.ts'
import type { BitmapForm } from './form.ts'
import { kvmDirtyGfn, kvmDirtyRing, RING_ENTRIES } from './kvm-dirty-ring.layout.ts'
import { harvestRing, isDirty, type RingGeometry, ringBitmaps, type SlotBitmap } from './kvm-ring-harvest.ts'

export type KvmDirtyRing = Value<typeof kvmDirtyRing>

export const kvmDirtyGfnCodec = codec(kvmDirtyGfn, generated.kvmDirtyGfn)
export const kvmDirtyRingCodec = codec(kvmDirtyRing, generated.kvmDirtyRing)

const SOURCE = 'linux/kvm.h, lifecycle of a dirty GFN; virt/kvm/dirty_ring.c'

export const kvmDirtyRingCodes = defineCodes({
  'dirty-bitmap/ring-size': {
    severity: 'warning',
    title: 'no dirty ring has this many entries',
    explanation:
      'Its size is a power of two, from a page to 1 MiB. This is a part of one: entries of which the order goes round the end cannot be followed.',
    source: 'linux virt/kvm/kvm_main.c kvm_vm_ioctl_enable_dirty_log_ring',
  },
  'dirty-bitmap/ring-behind-end': {
    severity: 'warning',
    title: 'dirty entries stand behind the one that ends the harvest',
    explanation:
      'A harvest stops at the first entry that is not dirty. Either it starts elsewhere (--set start), or an entry was skipped: its page would never be sent.',
    source: SOURCE,
  },
  'dirty-bitmap/ring-full': {
    severity: 'info',
    title: 'the ring has no free entry',
    explanation:
      'The vCPU leaves guest mode with exit reason 31 and stays out until entries are harvested and reset: the guest is slowed down.',
    source: SOURCE,
  },
  'dirty-bitmap/ring-offset': {
    severity: 'error',
    title: 'an entry names a page that its slot does not have',
    explanation:
      'Offsets count pages inside the slot, not in guest memory. The kernel ignores such an entry on reset, so that the page it should name is not tracked any more.',
    source: 'linux virt/kvm/dirty_ring.c kvm_reset_dirty_gfn',
  },
})

/** Most pages of any slot: KVM_MEM_MAX_NR_PAGES. */
const MOST_SLOT_PAGES = 2 ** 31 - 1

const isPower = (count: number) => count > 0 && (count & (count - 1)) === 0

export const kvmDirtyRingFormat = structureFormat({
  codec: kvmDirtyRingCodec,
  codes: kvmDirtyRingCodes.entries,
  rule(ring, report, _, { start = 0, slotPages = 0 }) {
    const { entries } = ring
    const whole = { offset: 0, length: 16 * entries.length, path: ['entries'] }
    const at = (index: number) => ({ offset: 16 * index, length: 16, path: ['entries', index] })
    const count = entries.length
    if (!isPower(count) || count < RING_ENTRIES.least || count > RING_ENTRIES.most) {
      const found = counted(count, 'entry is', 'entries are')
      const message = `${found} here; a ring has a power of two, from ${RING_ENTRIES.least} to ${RING_ENTRIES.most}.`
      report(kvmDirtyRingCodes.finding('dirty-bitmap/ring-size', message, whole))
    }
    const harvested = new Set(harvestRing(ring, start).indexes)
    const behind = entries.findIndex((entry, index) => isDirty(entry) && !harvested.has(index))
    if (behind >= 0) {
      const message = `The harvest from entry ${start} takes ${harvested.size}; entry ${behind} is dirty and not among them.`
      report(kvmDirtyRingCodes.finding('dirty-bitmap/ring-behind-end', message, at(behind)))
    }
    if (count > 0 && entries.every(({ flags }) => flags.dirty || flags.reset)) {
      report(kvmDirtyRingCodes.finding('dirty-bitmap/ring-full', `None of ${count} entries is free.`, whole))
    }
    const most = BigInt(slotPages === 0 ? MOST_SLOT_PAGES : slotPages)
    const outside = entries.findIndex((entry) => (entry.flags.dirty || entry.flags.reset) && entry.offset >= most)
    if (outside >= 0) {
      const message = `Page ${entries[outside]?.offset} is named; a slot has at most ${most}.`
      report(kvmDirtyRingCodes.finding('dirty-bitmap/ring-offset', message, at(outside)))
    }
  },
})

/** Rings name pages of several slots: a bitmap for each. */
export const kvmDirtyRingForm: BitmapForm<KvmDirtyRing, SlotBitmap, RingGeometry> = {
  format: kvmDirtyRingFormat,
  toDirtyBitmaps: ringBitmaps,
}
