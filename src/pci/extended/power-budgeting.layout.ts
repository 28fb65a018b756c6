import { bit, bits, rest, span, struct, u32 } from '../../layout/index.ts'

/** Power Budgeting, registers from +4. */
export const powerBudgeting = struct(
  'pci-ecap-power-budgeting',
  {
    dataSelect: bits(u32, { index: span(0, 7).doc('operating condition shown in data'), reserved: rest() }),
    data: bits(u32, {
      basePower: span(0, 7).doc('in units of dataScale'),
      dataScale: span(8, 9, { 0: '1W', 1: '0.1W', 2: '0.01W', 3: '0.001W' }),
      pmSubState: span(10, 12),
      pmState: span(13, 14, { 0: 'D0', 1: 'D1', 2: 'D2', 3: 'D3' }),
      type: span(15, 17),
      powerRail: span(18, 20),
      reserved: rest(),
    }),
    capability: bits(u32, {
      systemAllocated: bit(0).doc('the power is part of the system budget already'),
      reserved: rest(),
    }),
  },
  { title: 'Power Budgeting', source: 'linux/pci_regs.h PCI_PWR_*' },
)
