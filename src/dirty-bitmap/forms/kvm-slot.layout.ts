import { bits, span, u32 } from '../../layout/index.ts'

/** How KVM numbers memory slots in everything about dirty pages. */
export const kvmSlot = bits(u32, {
  id: span(0, 15).doc('slot, as KVM_SET_USER_MEMORY_REGION numbers it'),
  addressSpace: span(16, 31).doc('x86 has 0, and 1 for system management mode'),
})

/** Of the slot that is spoken of. */
export const slotPages = { meaning: 'pages of the slot; 0: not known', default: 0 } as const
