import { bit, bits, rest, span, struct, u32 } from '../../layout/index.ts'

/** Data Link Feature, registers from +4. */
export const dataLinkFeature = struct(
  'pci-ecap-dlf',
  {
    capability: bits(u32, {
      scaledFlowControl: bit(0),
      otherFeatures: span(1, 22).asHex(),
      exchangeEnable: bit(31),
      reserved: rest(),
    }),
    status: bits(u32, {
      remoteScaledFlowControl: bit(0),
      remoteOtherFeatures: span(1, 22).asHex(),
      remoteValid: bit(31).doc('the other end of the link has told its features'),
      reserved: rest(),
    }),
  },
  { title: 'Data Link Feature', source: 'PCI Express Base, Data Link Feature; linux/pci_regs.h PCI_DLF_*' },
)
