import { array, bit, bits, rest, span, struct, u8, u32 } from '../../layout/index.ts'

const laneEqualization = bits(u8, {
  downstreamPreset: span(0, 3).doc('transmitter preset of the downstream port'),
  upstreamPreset: span(4, 7),
})

/** Physical Layer 32.0 GT/s, registers from +4; the width of the link says how many lanes follow. */
export const physical32gt = struct(
  'pci-ecap-32gt',
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
    laneEqualization: array(laneEqualization, 'to-end'),
  },
  {
    title: 'Physical Layer 32.0 GT/s',
    source: 'PCI Express Base, Physical Layer 32.0 GT/s; pciutils PCI_32GT_*',
  },
)
