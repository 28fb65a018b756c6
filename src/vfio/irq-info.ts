import * as generated from '../generated/vfio/irq-info.js'
import { codec, isOpaque, type Value } from '../layout/index.ts'
import { type Info, type InfoSpec, infoFormat, infoListFormat } from './info/index.ts'
import { IRQ_CAPABILITY_TYPE, irqInfoHead, irqTypeCapability } from './irq-info.layout.ts'

export const irqInfoHeadCodec = codec(irqInfoHead, generated.irqInfoHead)
export const irqTypeCodec = codec(irqTypeCapability, generated.irqTypeCapability)

/** What VFIO_DEVICE_GET_IRQ_INFO answers. */
export type IrqInfo = Info<Value<typeof irqInfoHead>, Value<typeof irqTypeCapability>>

/** VFIO_IRQ_TYPE_REMAP_BAR_REGION and its subtype. */
export const REMAP_BAR_IRQ = { type: 1, subtype: 0 } as const

export const irqInfoSpec: InfoSpec<typeof irqInfoHead, Value<typeof irqTypeCapability>> = {
  name: 'vfio-irq-info',
  title: 'VFIO irq info with capabilities',
  head: irqInfoHeadCodec,
  least: 16,
  capOffsetAt: 16,
  bodies: { [IRQ_CAPABILITY_TYPE]: irqTypeCodec },
  // There is nothing of 64 bits in them, and they start behind 20 bytes.
  alignment: 4,
  spareArgsz: true,
}

export const irqInfoFormat = infoFormat(irqInfoSpec)

export const irqInfosFormat = infoListFormat(
  irqInfoSpec,
  'vfio-irq-infos',
  'VFIO irq info of several interrupt indexes, one after another',
)

/** Type and subtype that an irq's capabilities give it; undefined where none does. */
export function irqTypeOf({ capabilities }: IrqInfo): { type: number; subtype: number } | undefined {
  for (const { body } of capabilities) if (!isOpaque(body)) return body
  return undefined
}
