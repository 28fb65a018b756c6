import { array, bit, bits, rest, span, struct, u16, u32 } from '../../layout/index.ts'

const laneEqualization = bits(u16, {
  downstreamPreset: span(0, 3).doc('transmitter preset of the downstream port'),
  downstreamHint: span(4, 6).doc('receiver preset hint of the downstream port'),
  upstreamPreset: span(8, 11),
  upstreamHint: span(12, 14),
  reserved: rest(),
})

/** Secondary PCI Express of a link with `count` lanes, registers from +4. */
const lanes = (count: number) =>
  struct(
    `pci-ecap-secondary-pcie-x${count}`,
    {
      linkControl3: bits(u32, {
        performEqualization: bit(0),
        equalizationInterruptEnable: bit(1),
        lowerSkpSpeeds: span(9, 15).asHex().doc('speeds at which fewer SKP ordered sets are sent'),
        reserved: rest(),
      }),
      laneErrorStatus: u32.asHex().doc('bit n: lane n had an error'),
      laneEqualization: array(laneEqualization, count),
    },
    {
      title: `Secondary PCI Express, ${count} lanes`,
      source: 'PCI Express Base, Secondary PCI Express; pciutils PCI_SEC_*',
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
