import * as generated from '../generated/vfio/group-status.js'
import { codec, leastSize, structureFormat, type Value } from '../layout/index.ts'
import { judgeArgument } from './argsz.ts'
import { infoCodes } from './codes.ts'
import { groupStatus } from './group-status.layout.ts'

export const groupStatusCodec = codec(groupStatus, generated.groupStatus)

export type GroupStatus = Value<typeof groupStatus>

export const groupStatusFormat = structureFormat({
  codec: groupStatusCodec,
  codes: infoCodes.entries,
  rule: (value, report, locate) => judgeArgument(value, leastSize(groupStatus), locate, report),
})
