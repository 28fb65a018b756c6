import { array, bits, field, rest, span, struct, subtract, u32 } from '../../layout/index.ts'

const SOURCE = 'PCI Express Base, Resizable BAR; linux/pci_regs.h PCI_REBAR_*'

/** What can be set for one BAR: 8 bytes. */
const resizableBar = struct(
  'pci-rebar-entry',
  {
    capability: bits(u32, {
      sizes: span(4, 31).asHex().doc('bit n: 2^n MiB is supported, n from 0 to 27'),
      reserved: rest(),
    }),
    control: bits(u32, {
      barIndex: span(0, 2),
      barCount: span(5, 7).doc('BARs that can be resized; only the first entry states it'),
      size: span(8, 13).doc('current size, log2 of MiB'),
      largeSizes: span(16, 31).asHex().doc('bit n: 2^(n+28) MiB is supported'),
      reserved: rest(),
    }),
  },
  { title: 'Resizable BAR entry', source: SOURCE },
)

const registers = {
  firstBar: resizableBar,
  furtherBars: array(resizableBar, subtract(field('firstBar.control.barCount'), 1)),
}

/** Resizable BARs of a function, registers from +4. */
export const resizableBars = struct('pci-ecap-rebar', registers, { title: 'Resizable BAR', source: SOURCE })

/** Resizable BARs of the VFs of a function. */
export const vfResizableBars = struct('pci-ecap-vf-rebar', registers, { title: 'VF Resizable BAR', source: SOURCE })
