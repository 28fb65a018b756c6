import { bit, bits, rest, span, struct, u32 } from '../../layout/index.ts'

/** States that an indicator can show. */
const indications = {
  ok: bit(2),
  locate: bit(3),
  fail: bit(4),
  rebuild: bit(5),
  predictedFailure: bit(6),
  hotSpare: bit(7),
  inCriticalArray: bit(8),
  inFailedArray: bit(9),
  invalidDeviceType: bit(10),
  disabled: bit(11),
  enclosureSpecific: span(24, 31).asHex(),
  reserved: rest(),
}

/** Native PCIe Enclosure Management, registers from +4. */
export const nativeEnclosureManagement = struct(
  'pci-ecap-npem',
  {
    capability: bits(u32, { capable: bit(0), reset: bit(1), ...indications }),
    control: bits(u32, { enable: bit(0), reset: bit(1), ...indications }),
    status: bits(u32, {
      commandCompleted: bit(0).doc('write 1 to clear'),
      enclosureSpecific: span(24, 31).asHex(),
      reserved: rest(),
    }),
  },
  { title: 'Native PCIe Enclosure Management', source: 'PCI Express Base, NPEM; linux/pci_regs.h PCI_NPEM_*' },
)
