import { bit, bits, either, optional, rest, span, struct, u16, u32 } from '../../layout/index.ts'

/** Message Signalled Interrupts, registers from +2: one structure in four layouts, as two bits of its control say. */
export const messageSignalled = struct(
  'pci-cap-msi',
  {
    control: bits(u16, {
      enable: bit(0),
      multipleMessageCapable: span(1, 3).doc('log2 of the vectors that the function can use: 0 to 5'),
      multipleMessageEnable: span(4, 6).doc('log2 of the vectors that it was given: 0 to 5'),
      address64: bit(7).doc('there is a high half of the address'),
      perVectorMasking: bit(8).doc('there are mask and pending bits'),
      extendedDataCapable: bit(9),
      extendedDataEnable: bit(10),
      reserved: rest(),
    }),
    addressLow: u32.asHex().doc('message address; bits 1:0 are 0'),
    addressHigh: optional('control.address64', u32.asHex()),
    data: u16.asHex().doc('message data; the vector index replaces its low multipleMessageEnable bits'),
    extendedData: optional(either('control.perVectorMasking', 'control.extendedDataCapable'), u16.asHex()),
    mask: optional('control.perVectorMasking', u32.asHex().doc('one bit for each vector')),
    pending: optional('control.perVectorMasking', u32.asHex().doc('one bit for each vector')),
  },
  { title: 'Message Signalled Interrupts', source: 'linux/pci_regs.h PCI_MSI_*' },
)
