import {
  atLeast,
  bit,
  bits,
  both,
  bytes,
  choice,
  type Expression,
  either,
  equals,
  framed,
  leastSize,
  optional,
  remaining,
  rest,
  type StructType,
  span,
  struct,
  u32,
  when,
} from '../../layout/index.ts'
import { vfioFacts } from '../facts.layout.ts'
import { following } from '../following.layout.ts'
import {
  busMaster,
  dmaBuf,
  dmaLoggingControl,
  dmaLoggingReport,
  lowPowerWakeup,
  migDataSize,
  migDeviceState,
  migrationFlags,
  pciVfToken,
} from './payloads.layout.ts'

/** Features by number: VFIO_DEVICE_FEATURE_... of linux/vfio.h. Numbers from 13 on were posted with several meanings. */
export const FEATURES = {
  0: 'pci-vf-token',
  1: 'migration',
  2: 'mig-device-state',
  3: 'low-power-entry',
  4: 'low-power-entry-with-wakeup',
  5: 'low-power-exit',
  6: 'dma-logging-start',
  7: 'dma-logging-stop',
  8: 'dma-logging-report',
  9: 'mig-data-size',
  10: 'bus-master',
  11: 'dma-buf',
  12: 'mig-precopy-info-v2',
} as const

/** The name of a known feature. */
export type FeatureName = (typeof FEATURES)[keyof typeof FEATURES]

/** Bytes in front of a feature's data. */
export const FEATURE_HEAD = 8

/** Data of the features that have some, by number. */
export const featurePayloads = {
  0: pciVfToken,
  1: migrationFlags,
  2: migDeviceState,
  4: lowPowerWakeup,
  6: dmaLoggingControl,
  8: dmaLoggingReport,
  9: migDataSize,
  10: busMaster,
  11: dmaBuf,
} as const

/** Fewest bytes of a feature's data; undefined for features that have none or are not known. */
export function featureDataSize(feature: FeatureName | number): number | undefined {
  const payload: StructType | undefined = payloadsByFeature.get(feature)
  return payload === undefined ? undefined : leastSize(payload)
}

const payloadsByFeature = new Map<FeatureName | number, StructType>(
  Object.entries(featurePayloads).flatMap(([number, payload]) => [
    [Number(number), payload],
    [FEATURES[Number(number) as keyof typeof FEATURES], payload],
  ]),
)

const DATALESS = Object.keys(FEATURES)
  .map(Number)
  .filter((feature) => featureDataSize(feature) === undefined)

const isDataless = DATALESS.map((feature) => equals('flags.feature', feature)).reduce(either)

/** Fewest bytes of the data of whatever feature it is. */
const least = Object.keys(featurePayloads)
  .map(Number)
  .reduce<Expression | number>(
    (others, feature) => when(equals('flags.feature', feature), featureDataSize(feature) as number, others),
    1,
  )

/** Argument of VFIO_DEVICE_FEATURE: what a device can do besides, asked, answered or set. */
export const deviceFeature = struct(
  'vfio-device-feature',
  {
    argsz: u32.doc('bytes of the whole, data included'),
    flags: bits(u32, {
      feature: span(0, 15, FEATURES),
      get: bit(16).doc('the data is to be filled in'),
      set: bit(17).doc('the data is to be taken'),
      probe: bit(18).doc('only asks whether the feature, and get or set of it, is there; no data is needed'),
      reserved: rest(),
    }),
    data: optional(
      both(both(equals('flags.probe', 0), equals(isDataless, 0)), atLeast(remaining, least)),
      choice('flags.feature', { ...featurePayloads, 11: framed(remaining, dmaBuf) }, bytes(remaining)),
    ).doc('of the feature; absent for a probe, for features without data, and where it is not all there'),
    following,
  },
  vfioFacts('VFIO device feature', 'vfio_device_feature'),
)
