import { bit, bits, rest, span, struct, u16 } from '../../layout/index.ts'

/** Process Address Space ID, registers from +4. */
export const processAddressSpaceId = struct(
  'pci-ecap-pasid',
  {
    capability: bits(u16, {
      executePermission: bit(1),
      privilegedMode: bit(2),
      width: span(8, 12).doc('bits of the largest PASID; at most 20'),
      reserved: rest(),
    }),
    control: bits(u16, {
      enable: bit(0),
      executePermission: bit(1),
      privilegedMode: bit(2),
      reserved: rest(),
    }),
  },
  { title: 'Process Address Space ID', source: 'linux/pci_regs.h PCI_PASID_*' },
)
