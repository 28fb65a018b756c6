import { bit, bits, rest, struct, u32 } from '../layout/index.ts'

/** What VFIO_DEVICE_GET_IRQ_INFO answers. */
export const irqInfo = struct(
  'vfio-irq-info',
  {
    argsz: u32.doc('bytes of the whole'),
    flags: bits(u32, {
      eventfd: bit(0).doc('can signal an eventfd'),
      maskable: bit(1).doc('can be masked'),
      automasked: bit(2).doc('masks itself when it signals'),
      noresize: bit(3).doc('vectors come as a set'),
      reserved: rest(),
    }),
    index: u32.doc('0 INTx, 1 MSI, 2 MSI-X, 3 error, 4 request, from 5 on device specific'),
    count: u32.doc('interrupts of this index'),
  },
  { title: 'VFIO interrupt information', source: 'linux/vfio.h struct vfio_irq_info', byteOrder: 'parameter' },
)
