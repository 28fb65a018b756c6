import { bit, bits, rest, span, struct, u16 } from '../../layout/index.ts'

/** Alternative Routing-ID Interpretation, registers from +4. */
export const alternativeRoutingId = struct(
  'pci-ecap-ari',
  {
    capability: bits(u16, {
      mfvcFunctionGroups: bit(0),
      acsFunctionGroups: bit(1),
      nextFunction: span(8, 15).doc('next higher function number; 0 in the last function'),
      reserved: rest(),
    }),
    control: bits(u16, {
      mfvcFunctionGroups: bit(0),
      acsFunctionGroups: bit(1),
      functionGroup: span(4, 6),
      reserved: rest(),
    }),
  },
  { title: 'Alternative Routing-ID Interpretation', source: 'linux/pci_regs.h PCI_ARI_*' },
)
