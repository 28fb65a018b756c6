import * as generated from '../generated/vfio/irq-info.js'
import { codec, structureFormat, type Value } from '../layout/index.ts'
import { judgeArgsz } from './argsz.ts'
import { infoCodes } from './codes.ts'
import { irqInfo } from './irq-info.layout.ts'

export type IrqInfo = Value<typeof irqInfo>

export const irqInfoCodec = codec(irqInfo, generated.irqInfo)

const SIZE = 16

export const irqInfoFormat = structureFormat({
  codec: irqInfoCodec,
  codes: infoCodes.entries,
  rule({ argsz }, report) {
    const finding = judgeArgsz(argsz, SIZE, SIZE)
    if (finding !== undefined) report(finding)
  },
})
