import { bit, bits, rest, span, struct, u32 } from '../layout/index.ts'

const SOURCE = 'Intel SDM volume 3, message signalled interrupts; Linux arch/x86/include/asm/msi.h'

/** What bits 31:20 of the address are for every interrupt message of an x86 machine. */
export const X86_MESSAGE_BASE = 0xfee

/** An x86 interrupt message as the interrupt controllers read it: address low, address high, data. */
export const compatibleMessage = struct(
  'x86-message-compatible',
  {
    addressLow: bits(u32, {
      reserved: rest(),
      destinationMode: span(2, 2, { 0: 'physical', 1: 'logical' }),
      redirectionHint: bit(3),
      remappable: bit(4).doc('false in this format'),
      extendedDestinationId: span(5, 11).doc('bits 14:8 of the APIC ID, where the hypervisor offers it'),
      destinationId: span(12, 19).doc('bits 7:0 of the APIC ID'),
      base: span(20, 31).asHex().doc('0xfee'),
    }),
    addressHigh: bits(u32, {
      reserved: rest(),
      destinationIdHigh: span(8, 31).doc('bits 31:8 of the APIC ID'),
    }),
    data: bits(u32, {
      vector: span(0, 7).doc('16 to 255'),
      deliveryMode: span(8, 10, { 0: 'fixed', 1: 'lowest-priority', 2: 'smi', 4: 'nmi', 5: 'init', 7: 'extint' }),
      reserved: rest(),
      assert: bit(14),
      triggerMode: span(15, 15, { 0: 'edge', 1: 'level' }),
    }),
  },
  { title: 'x86 interrupt message, compatibility format', source: SOURCE },
)

/** An x86 interrupt message that VT-d remaps: it names an entry of the remapping table. */
export const remappableMessage = struct(
  'x86-message-remappable',
  {
    addressLow: bits(u32, {
      reserved: rest(),
      handleHigh: span(2, 2).doc('bit 15 of the handle'),
      subHandleValid: bit(3).doc('the sub-handle in the data is added to the handle'),
      remappable: bit(4).doc('true in this format'),
      handleLow: span(5, 19).doc('bits 14:0 of the handle'),
      base: span(20, 31).asHex().doc('0xfee'),
    }),
    addressHigh: u32.asHex(),
    data: bits(u32, { subHandle: span(0, 15), reserved: rest() }),
  },
  { title: 'x86 interrupt message, remappable format', source: `${SOURCE}; Intel VT-d, interrupt remapping` },
)
