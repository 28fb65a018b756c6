import { bit, bits, rest, struct, u16, u32 } from '../../layout/index.ts'

/** Page Request Interface, registers from +4. */
export const pageRequestInterface = struct(
  'pci-ecap-pri',
  {
    control: bits(u16, { enable: bit(0), reset: bit(1), reserved: rest() }),
    status: bits(u16, {
      responseFailure: bit(0).doc('write 1 to clear'),
      unexpectedGroupIndex: bit(1).doc('write 1 to clear'),
      stopped: bit(8).doc('no more requests will come after the interface was disabled'),
      pasidRequired: bit(15).doc('responses need the PASID of the request'),
      reserved: rest(),
    }),
    capacity: u32.doc('requests that may be outstanding'),
    allocation: u32.doc('requests that software lets be outstanding'),
  },
  { title: 'Page Request Interface', source: 'linux/pci_regs.h PCI_PRI_*' },
)
