import { atLeast, bit, bits, optional, remaining, rest, struct, u32 } from '../layout/index.ts'

const SOURCE =
  'linux/vfio.h struct vfio_irq_info; Tina Zhang, vendor specific irq type capability, in vendor ops RFC v4'

/** VFIO_IRQ_INFO_CAP_TYPE. */
export const IRQ_CAPABILITY_TYPE = 3

/** The fixed part: 16 bytes in Linux, 20 with the offset of capabilities that was proposed in 2020. */
export const irqInfoHead = struct(
  'vfio-irq-info-head',
  {
    argsz: u32.doc('bytes of the whole, capabilities included'),
    flags: bits(u32, {
      eventfd: bit(0).doc('a descriptor can be signalled'),
      maskable: bit(1),
      automasked: bit(2).doc('masked when it was signalled'),
      noresize: bit(3).doc('to change their number, all are switched off first'),
      caps: bit(4).doc('there are capabilities; proposed, never in Linux'),
      reserved: rest(),
    }),
    index: u32.doc('INTX 0, MSI 1, MSIX 2, ERR 3, REQ 4; device-specific ones follow'),
    count: u32.doc('interrupts of this index'),
    capOffset: optional(
      atLeast(remaining, 1),
      u32.doc('of the first capability; 0: none, or argsz was too small for them'),
    ),
  },
  { title: 'VFIO irq info, fixed part', source: SOURCE, byteOrder: 'parameter' },
)

/** What a device-specific interrupt is for. */
export const irqTypeCapability = struct(
  'vfio-irq-info-cap-type',
  { type: u32.doc('1: BARs are to be mapped anew'), subtype: u32 },
  { title: 'Irq type capability', source: SOURCE, byteOrder: 'parameter' },
)
