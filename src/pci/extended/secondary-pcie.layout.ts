import { array, bit, bits, rest, span, struct, u16, u32 } from '../../layout/index.ts'

const laneEqualization = bits(u16, {
  downstreamPreset: span(0, 3).doc('transmitter preset of the downstream port'),
  downstreamHint: span(4, 6).doc('receiver preset hint of the downstream port'),
  upstreamPreset: span(8, 11),
  upstreamHint: span(12, 14),
  reserved: rest(),
})

/** Secondary PCI Express, registers from +4; the width of the link says how many lanes follow. */
export const secondaryPcie = struct(
  'pci-ecap-secondary-pcie',
  {
    linkControl3: bits(u32, {
      performEqualization: bit(0),
      equalizationInterruptEnable: bit(1),
      lowerSkpSpeeds: span(9, 15).asHex().doc('speeds at which fewer SKP ordered sets are sent'),
      reserved: rest(),
    }),
    laneErrorStatus: u32.asHex().doc('bit n: lane n had an error'),
    laneEqualization: array(laneEqualization, 'to-end'),
  },
  {
    title: 'Secondary PCI Express',
    source: 'PCI Express Base, Secondary PCI Express; pciutils PCI_SEC_*',
  },
)
