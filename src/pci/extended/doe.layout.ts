import { bit, bits, rest, span, struct, u32 } from '../../layout/index.ts'

/** Data Object Exchange, registers from +4. */
export const dataObjectExchange = struct(
  'pci-ecap-doe',
  {
    capability: bits(u32, { interrupt: bit(0), interruptMessageNumber: span(1, 11), reserved: rest() }),
    control: bits(u32, { abort: bit(0), interruptEnable: bit(1), go: bit(31), reserved: rest() }),
    status: bits(u32, {
      busy: bit(0),
      interrupt: bit(1),
      error: bit(2),
      objectReady: bit(31),
      reserved: rest(),
    }),
    writeMailbox: u32.asHex(),
    readMailbox: u32.asHex(),
  },
  { title: 'Data Object Exchange', source: 'linux/pci_regs.h PCI_DOE_*' },
)
