import * as generated from '../../generated/vf-state/qat/state.js'
import { codec, structureFormat, type Value } from '../../layout/index.ts'
import { qatCodes } from './codes.ts'
import { detectQat } from './detect.ts'
import { qatRefusals } from './refusals.ts'
import { judgeQatState } from './rules.ts'
import { qatState } from './state.layout.ts'

export const qatStateCodec = codec(qatState, generated.qatState)

export type QatState = Value<typeof qatState>

export const qatStateFormat = structureFormat({
  codec: qatStateCodec,
  codes: qatCodes.entries,
  detect: detectQat,
  rule(value, report, locate) {
    judgeQatState(value, locate([]).length, (code, message, place) => report(qatCodes.finding(code, message, place)))
  },
  refusals: qatRefusals,
})
