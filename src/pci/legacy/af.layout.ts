import { bit, bits, rest, struct, u8 } from '../../layout/index.ts'

/** Advanced Features, registers from +2. */
export const advancedFeatures = struct(
  'pci-cap-af',
  {
    length: u8.doc('bytes of the whole capability: 6'),
    capabilities: bits(u8, {
      transactionsPending: bit(0).doc('the status bit works'),
      functionLevelReset: bit(1),
      reserved: rest(),
    }),
    control: bits(u8, { initiateFunctionLevelReset: bit(0), reserved: rest() }),
    status: bits(u8, { transactionsPending: bit(0), reserved: rest() }),
  },
  { title: 'Advanced Features', source: 'linux/pci_regs.h PCI_AF_*' },
)
