import * as generated from '../generated/vfio/group-status.js'
import { codec, structureFormat, type Value } from '../layout/index.ts'
import { judgeArgument } from './argsz.ts'
import { infoCodes } from './codes.ts'
import { descriptorArgument, groupStatus } from './group-status.layout.ts'

export const groupStatusCodec = codec(groupStatus, generated.groupStatus)
export const descriptorArgumentCodec = codec(descriptorArgument, generated.descriptorArgument)

export type GroupStatus = Value<typeof groupStatus>

const SIZE = 8

export const groupStatusFormat = structureFormat({
  codec: groupStatusCodec,
  codes: infoCodes.entries,
  rule: (value, report, locate) => judgeArgument(value, SIZE, locate, report),
})

export const descriptorArgumentFormat = structureFormat({ codec: descriptorArgumentCodec })
