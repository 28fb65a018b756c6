import { add, array, bit, bits, field, rest, span, struct, u8, u16, u32 } from '../../layout/index.ts'

/** Dynamic Power Allocation, registers from +4. */
export const dynamicPowerAllocation = struct(
  'pci-ecap-dpa',
  {
    capability: bits(u32, {
      highestSubstate: span(0, 4),
      latencyUnit: span(8, 9, { 0: '1ms', 1: '10ms', 2: '100ms' }),
      powerScale: span(12, 13, { 0: '10W', 1: '1W', 2: '0.1W', 3: '0.01W' }),
      latency0: span(16, 23).doc('transition latency in units of latencyUnit'),
      latency1: span(24, 31),
      reserved: rest(),
    }),
    latencyIndicator: u32.asHex().doc('bit n: substate n has latency1 rather than latency0'),
    status: bits(u16, { substate: span(0, 4), controlEnabled: bit(8), reserved: rest() }),
    control: bits(u16, { substate: span(0, 4), reserved: rest() }),
    powerAllocation: array(u8, add(field('capability.highestSubstate'), 1)).doc('per substate, in units of powerScale'),
  },
  { title: 'Dynamic Power Allocation', source: 'PCI Express Base, DPA; linux/pci_regs.h PCI_DPA_*' },
)
