import { bit, bits, rest, struct, u8, u32 } from '../../layout/index.ts'

/** Standard Hot-Plug Controller, registers from +2. */
export const standardHotPlug = struct(
  'pci-cap-shpc',
  {
    dwordSelect: u8.doc('which dword of the working register set the data shows'),
    pending: bits(u8, {
      controllerSystemError: bit(2),
      controllerInterrupt: bit(3),
      reserved: rest(),
    }),
    dwordData: u32.asHex().doc('the selected dword'),
  },
  { title: 'Standard Hot-Plug Controller', source: 'QEMU hw/pci/shpc.c' },
)
