import { array, bit, bits, rest, span, struct, u8, u32 } from '../../layout/index.ts'

const laneEqualization = bits(u8, {
  downstreamPreset: span(0, 3).doc('transmitter preset of the downstream port'),
  upstreamPreset: span(4, 7),
})

/** Physical Layer 16.0 GT/s, registers from +4; the width of the link says how many lanes follow. */
export const physical16gt = struct(
  'pci-ecap-16gt',
  {
    capability: bits(u32, { reserved: rest() }),
    control: bits(u32, { reserved: rest() }),
    status: bits(u32, {
      equalizationComplete: bit(0),
      phase1Successful: bit(1),
      phase2Successful: bit(2),
      phase3Successful: bit(3),
      equalizationRequest: bit(4),
      reserved: rest(),
    }),
    localParityMismatch: u32.asHex().doc('bit n: lane n'),
    firstRetimerParityMismatch: u32.asHex(),
    secondRetimerParityMismatch: u32.asHex(),
    reserved: u32.asHex(),
    laneEqualization: array(laneEqualization, 'to-end'),
  },
  {
    title: 'Physical Layer 16.0 GT/s',
    source: 'PCI Express Base, Physical Layer 16.0 GT/s; linux/pci_regs.h PCI_PL_16GT_*',
  },
)
