import * as generated from '../../generated/vfio/device-feature/device-feature.js'
import { codec, structureFormat, type Value } from '../../layout/index.ts'
import { infoCodes } from '../codes.ts'
import { featureCodes } from './codes.ts'
import { deviceFeature } from './device-feature.layout.ts'
import { judgeFeature } from './rules.ts'

export const deviceFeatureCodec = codec(deviceFeature, generated.deviceFeature)

/** `data` is what `flags.feature` says. */
export type DeviceFeature = Value<typeof deviceFeature>

export const deviceFeatureFormat = structureFormat({
  codec: deviceFeatureCodec,
  codes: { ...infoCodes.entries, ...featureCodes.entries },
  rule: judgeFeature,
})
