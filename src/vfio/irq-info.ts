import { defineCodes, type Finding, type Path, type Place } from '../findings/index.ts'
import * as generated from '../generated/vfio/irq-info.js'
import { codec, isOpaque, structureFormat, type Value } from '../layout/index.ts'
import { judgeArgsz } from './argsz.ts'
import { CAPABILITY_HEADER_SIZE } from './capability-header.layout.ts'
import { infoCodes } from './codes.ts'
import { IRQ_INFO_SIZE, irqInfo } from './irq-info.layout.ts'

export const irqInfoCodec = codec(irqInfo, generated.irqInfo)

export type IrqInfo = Value<typeof irqInfo>

/** VFIO_IRQ_TYPE_REMAP_BAR_REGION and its subtype. */
export const REMAP_BAR_IRQ = { type: 1, subtype: 0 } as const

export const irqInfoCodes = defineCodes({
  ...infoCodes.entries,
  'vfio/irq-capability-chain': {
    severity: 'error',
    title: 'the capabilities of an irq do not follow one another',
    explanation:
      'The first stands behind the structure, each names the next behind itself, and the last names none. A reader that follows the offsets runs in a loop, or takes something else for a capability, and the irq that asks for BARs to be mapped anew is not found.',
    source: 'Tina Zhang, vendor specific irq type capability, in vendor ops RFC v4',
  },
})

export const irqInfoFormat = structureFormat({
  codec: irqInfoCodec,
  codes: irqInfoCodes.entries,
  rule(value, report) {
    const argsz = judgeSize(value)
    if (argsz !== undefined) report(argsz)
    judgeChain(value, (message, place) => report(irqInfoCodes.finding('vfio/irq-capability-chain', message, place)))
  },
})

type Say = (message: string, place: Place) => void

/** Bytes without the offset of capabilities. */
const LEAST = 16

/** A caller may give more room than an interrupt without capabilities needs. */
function judgeSize(value: IrqInfo): Finding | undefined {
  const { argsz, flags } = value
  return argsz >= LEAST && !flags.caps ? undefined : judgeArgsz(argsz, irqInfoCodec.encode(value).length, LEAST)
}

function judgeChain({ capOffset, capabilities }: IrqInfo, say: Say): void {
  if (capabilities === undefined || isOpaque(capabilities)) return
  if (capOffset !== IRQ_INFO_SIZE) {
    const message = `The first capability is said to stand at ${capOffset}, not ${IRQ_INFO_SIZE}.`
    say(message, { offset: 16, length: 4, path: ['capOffset'] })
  }
  let at = IRQ_INFO_SIZE
  for (const [index, { header, body }] of capabilities.entries()) {
    const { next } = header
    const path: Path = ['capabilities', index, 'header', 'next']
    const place = { offset: at + 4, length: 4, path }
    at += CAPABILITY_HEADER_SIZE + bodySize(body)
    if (next === 0) continue
    if (next !== at) say(`The next capability is said to stand at ${next}, not ${at}.`, place)
    else if (index === capabilities.length - 1) say(`There is no capability at ${next}.`, place)
  }
}

type Body = Exclude<NonNullable<IrqInfo['capabilities']>, { opaque: Uint8Array }>[number]['body']

function bodySize(body: Body): number {
  if (body instanceof Uint8Array) return body.length
  return isOpaque(body) ? body.opaque.length : 8
}

/** Type and subtype that an irq's capabilities give it; undefined where none does. */
export function irqTypeOf({ capabilities }: IrqInfo): { type: number; subtype: number } | undefined {
  if (capabilities === undefined || isOpaque(capabilities)) return undefined
  for (const { body } of capabilities) {
    if (!(body instanceof Uint8Array) && !isOpaque(body)) return body
  }
  return undefined
}
