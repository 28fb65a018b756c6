import { array, bit, bits, rest, span, struct, u8, u32 } from '../../layout/index.ts'

const laneEqualization = bits(u8, {
  downstreamPreset: span(0, 3).doc('transmitter preset of the downstream port'),
  upstreamPreset: span(4, 7),
})

/** Physical Layer 16.0 GT/s of a link with `count` lanes, registers from +4. */
const lanes = (count: number) =>
  struct(
    `pci-ecap-16gt-x${count}`,
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
      laneEqualization: array(laneEqualization, count),
    },
    {
      title: `Physical Layer 16.0 GT/s, ${count} lanes`,
      source: 'PCI Express Base, Physical Layer 16.0 GT/s; linux/pci_regs.h PCI_PL_16GT_*',
    },
  )

export const x0 = lanes(0)
export const x1 = lanes(1)
export const x2 = lanes(2)
export const x4 = lanes(4)
export const x8 = lanes(8)
export const x12 = lanes(12)
export const x16 = lanes(16)
export const x32 = lanes(32)
