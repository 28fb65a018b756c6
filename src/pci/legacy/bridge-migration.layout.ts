import { bit, bits, enumeration, reserved, rest, span, struct, u8, u16, u32 } from '../../layout/index.ts'

const PHASES = { 0: 'idle', 1: 'track', 2: 'pause', 3: 'resume', 4: 'bad-path' } as const

/**
 * Migration capability of an emulated bridge, registers from +2. The discussion of December 2015 agreed that the
 * bridge should have one and never gave its bytes; this layout is a proposal that serves the rules that were stated.
 */
export const bridgeMigration = struct(
  'pci-cap-bridge-migration-2015',
  {
    length: u8.doc('bytes of the whole capability: 24'),
    subtype: u8.asHex().doc('0x4d'),
    revision: u8.doc('1'),
    reserved: reserved(1),
    features: bits(u16, {
      dmaDirtyRequired: bit(0).doc('the guest has to dirty the pages that devices write to'),
      pauseResume: bit(1),
      groupReset: bit(2),
      reserved: rest(),
    }),
    phase: enumeration(u16, PHASES).doc('written by the VMM'),
    acknowledge: bits(u16, {
      phase: span(0, 14, PHASES).doc('last phase that the guest has handled'),
      dirtiesDma: bit(15).doc('the guest dirties pages of DMA'),
    }),
    slotMask: u32.asHex().doc('bit n: device n behind the bridge takes part'),
    pausedMask: u32.asHex().doc('bit n: device n is paused; written by the guest'),
    missedMask: u32.asHex().doc('bit n: a migration passed while device n was down; write 1 to clear'),
  },
  {
    title: 'Bridge migration (proposed after the discussion of December 2015)',
    source: 'kvm list, December 2015: live migration of SR-IOV NICs through a PCI bridge; no layout was published',
    evidence: 'proposed',
  },
)
