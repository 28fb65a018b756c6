import { add, array, bit, bits, equals, field, rest, span, struct, u16, u32, when } from '../../layout/index.ts'

const IN_CAPABILITY = 1

/** TPH Requester, registers from +4. */
export const tphRequester = struct(
  'pci-ecap-tph',
  {
    capability: bits(u32, {
      noTableMode: bit(0),
      interruptVectorMode: bit(1),
      deviceSpecificMode: bit(2),
      extendedRequester: bit(8).doc('16-bit steering tags'),
      tableLocation: span(9, 10, { 0: 'none', [IN_CAPABILITY]: 'capability', 2: 'msix-table' }),
      tableSize: span(16, 26).doc('entries of the steering tag table, less one'),
      reserved: rest(),
    }),
    control: bits(u32, {
      mode: span(0, 2, { 0: 'no-table', 1: 'interrupt-vector', 2: 'device-specific' }),
      requesterEnable: span(8, 9, { 0: 'disabled', 1: 'tph', 3: 'tph-and-extended' }),
      reserved: rest(),
    }),
    steeringTags: array(
      u16.asHex(),
      when(equals(field('capability.tableLocation'), IN_CAPABILITY), add(field('capability.tableSize'), 1), 0),
    ).doc('low byte, then high byte for extended requesters; only with the table in the capability'),
  },
  { title: 'TPH Requester', source: 'PCI Express Base, TPH Requester; linux/pci_regs.h PCI_TPH_*' },
)
