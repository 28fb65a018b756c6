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

/** Lane Margining at the Receiver, registers from +4; the width of the link says how many lanes follow. */
export const margining = struct(
  'pci-ecap-margining',
  {
    portCapability: bits(u16, { usesDriver: bit(0).doc('margining needs driver software'), reserved: rest() }),
    portStatus: bits(u16, { ready: bit(0), softwareReady: bit(1), reserved: rest() }),
    lanes: array(lane, 'to-end'),
  },
  {
    title: 'Lane Margining at the Receiver',
    source: 'PCI Express Base, Lane Margining at the Receiver; pciutils PCI_LMR_*',
  },
)
