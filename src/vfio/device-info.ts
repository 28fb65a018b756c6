import * as generated from '../generated/vfio/device-info.js'
import { codec, structureFormat, type Value } from '../layout/index.ts'
import { judgeArgsz } from './argsz.ts'
import { infoCodes } from './codes.ts'
import { deviceInfo } from './device-info.layout.ts'

export type DeviceInfo = Value<typeof deviceInfo>

export const deviceInfoCodec = codec(deviceInfo, generated.deviceInfo)

/** Bytes before capabilities were thought of. */
const LEAST = 16

export const deviceInfoFormat = structureFormat({
  codec: deviceInfoCodec,
  codes: infoCodes.entries,
  rule({ argsz, capOffset, following }, report) {
    const size = LEAST + (capOffset === undefined ? 0 : 4) + following.length
    const finding = judgeArgsz(argsz, size, LEAST)
    if (finding !== undefined) report(finding)
  },
})
