import {
  add,
  array,
  atLeast,
  bit,
  bits,
  both,
  bytes,
  choice,
  framed,
  optional,
  parameter,
  position,
  remaining,
  rest,
  struct,
  subtract,
  u32,
  when,
} from '../layout/index.ts'
import { CAPABILITY_HEADER_SIZE, infoCapability } from './capability-header.layout.ts'

const SOURCE =
  'linux/vfio.h struct vfio_irq_info; Tina Zhang, vendor specific irq type capability, in vendor ops RFC v4'

/** Bytes with the offset of the capabilities; 16 without. */
export const IRQ_INFO_SIZE = 20
/** VFIO_IRQ_INFO_CAP_TYPE. */
export const IRQ_CAPABILITY_TYPE = 3

const typeCapability = struct(
  'vfio-irq-info-cap-type',
  { type: u32.doc('1: BARs are to be mapped anew'), subtype: u32 },
  { title: 'Irq type capability', source: SOURCE },
)

/** Bytes of a capability behind its header: up to the next one, or to the end. */
const stated = subtract('header.next', add(parameter('at'), CAPABILITY_HEADER_SIZE))

const irqCapability = struct(
  'vfio-irq-info-capability',
  {
    header: infoCapability,
    body: framed(
      when('header.next', stated, remaining),
      choice('header.id', { [IRQ_CAPABILITY_TYPE]: typeCapability }, bytes(remaining)),
    ),
  },
  {
    title: 'Irq info capability',
    source: SOURCE,
    parameters: { at: { meaning: 'offset of the capability in the info structure', default: IRQ_INFO_SIZE } },
  },
)

/** One interrupt of a device, with its capabilities where the caller has room for them. */
export const irqInfo = struct(
  'vfio-irq-info',
  {
    argsz: u32.doc('bytes of the whole, capabilities included'),
    flags: bits(u32, {
      eventfd: bit(0),
      maskable: bit(1),
      automasked: bit(2),
      noresize: bit(3),
      caps: bit(4).doc('there are capabilities'),
      reserved: rest(),
    }),
    index: u32.doc('INTX 0, MSI 1, MSIX 2, ERR 3, REQ 4; device-specific ones follow'),
    count: u32.doc('interrupts of this index'),
    capOffset: optional(
      atLeast(remaining, 1),
      u32.doc('of the first capability; 0: none, or argsz was too small for them'),
    ),
    capabilities: optional(
      both('flags.caps', atLeast(remaining, 1)),
      framed(remaining, array(irqCapability.withParameters({ at: position }), 'to-end')),
    ),
  },
  { title: 'VFIO irq info with capabilities', source: SOURCE },
)
