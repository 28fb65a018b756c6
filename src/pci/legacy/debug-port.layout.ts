import { bits, span, struct, u16 } from '../../layout/index.ts'

/** USB debug port, registers from +2. */
export const usbDebugPort = struct(
  'pci-cap-debug-port',
  {
    location: bits(u16, {
      portOffset: span(0, 12).asHex().doc('offset of the debug registers in the BAR, in bytes'),
      barNumber: span(13, 15).doc('base address register, counted from 1'),
    }),
  },
  { title: 'Debug port', source: 'EHCI Specification, debug port capability' },
)
