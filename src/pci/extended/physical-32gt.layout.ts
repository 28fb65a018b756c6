import { array, bit, bits, rest, span, struct, u8, u32 } from '../../layout/index.ts'

const laneEqualization = bits(u8, {
  downstreamPreset: span(0, 3).doc('transmitter preset of the downstream port'),
  upstreamPreset: span(4, 7),
})

/** Physical Layer 32.0 GT/s of a link with `count` lanes, registers from +4. */
const lanes = (count: number) =>
  struct(
    `pci-ecap-32gt-x${count}`,
    {
      capability: bits(u32, {
        equalizationBypass: bit(0),
        noEqualizationNeeded: bit(1),
        modifiedTsMode0: bit(8).doc('PCI Express'),
        modifiedTsMode1: bit(9).doc('training set messages'),
        modifiedTsMode2: bit(10).doc('alternate protocol negotiation'),
        reserved: rest(),
      }),
      control: bits(u32, {
        equalizationBypassDisable: bit(0),
        noEqualizationNeededDisable: bit(1),
        modifiedTsMode: span(8, 10),
        reserved: rest(),
      }),
      status: bits(u32, {
        equalizationComplete: bit(0),
        phase1Successful: bit(1),
        phase2Successful: bit(2),
        phase3Successful: bit(3),
        equalizationRequest: bit(4),
        modifiedTsReceived: bit(5),
        receivedLinkBehaviour: span(6, 7),
        transmitterPrecodingOn: bit(8),
        transmitterPrecodingRequest: bit(9),
        noEqualizationNeededReceived: bit(10),
        reserved: rest(),
      }),
      receivedModifiedTs: array(u32.asHex(), 2),
      transmittedModifiedTs: array(u32.asHex(), 2),
      laneEqualization: array(laneEqualization, count),
    },
    {
      title: `Physical Layer 32.0 GT/s, ${count} lanes`,
      source: 'PCI Express Base, Physical Layer 32.0 GT/s; pciutils PCI_32GT_*',
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
