import { array, bit, bits, rest, span, struct, u16 } from '../../layout/index.ts'

const command = bits(u16, {
  receiver: span(0, 2),
  type: span(3, 5),
  usageModel: bit(6),
  payload: span(8, 15).asHex(),
  reserved: rest(),
})

const lane = struct(
  'pci-margining-lane',
  { control: command, status: command },
  { title: 'Margining of one lane', source: 'PCI Express Base, Lane Margining at the Receiver' },
)

/** Lane Margining at the Receiver of a link with `count` lanes, registers from +4. */
const lanes = (count: number) =>
  struct(
    `pci-ecap-margining-x${count}`,
    {
      portCapability: bits(u16, { usesDriver: bit(0).doc('margining needs driver software'), reserved: rest() }),
      portStatus: bits(u16, { ready: bit(0), softwareReady: bit(1), reserved: rest() }),
      lanes: array(lane, count),
    },
    {
      title: `Lane Margining at the Receiver, ${count} lanes`,
      source: 'PCI Express Base, Lane Margining at the Receiver; pciutils PCI_LMR_*',
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
