import { counted } from '../../findings/index.ts'
import { isOpaque, type Rule, type Say, sayer, type Value } from '../../layout/index.ts'
import { judgeArgument, whole } from '../argsz.ts'
import { featureCodes } from './codes.ts'
import { type deviceFeature, FEATURE_HEAD, featureDataSize } from './device-feature.layout.ts'
import { judgeLoggedRange, judgePageSize, judgeRangeCount, type SayLogging } from './logging-rules.ts'
import { featureOperations } from './operations.ts'
import type { migDeviceState } from './payloads.layout.ts'

type Feature = Value<typeof deviceFeature>
type Flags = Feature['flags']
/** Receives what is wrong with the part at a path. */
type SayFeature = Say<keyof typeof featureCodes.entries>

/** What the kernel would refuse, and what a device says of itself that no migration survives. */
export const judgeFeature: Rule<Feature> = (value, report, locate) => {
  const say = sayer(featureCodes, report, locate)
  const { argsz, flags, data, following } = value
  const size = dataSize(flags)
  judgeArgument(whole(value, size === undefined || data !== undefined), FEATURE_HEAD, locate, report)
  judgeOperation(flags, say)
  if (size !== undefined && argsz >= FEATURE_HEAD && argsz < FEATURE_HEAD + size) {
    say('vfio/feature-argsz', `The field argsz is ${argsz}; header and data have ${FEATURE_HEAD + size} bytes.`, [
      'argsz',
    ])
  }
  if (size !== undefined && data === undefined) {
    const there = counted(following?.length ?? 0, 'byte is', 'bytes are')
    say('vfio/feature-data-short', `The data has ${size} bytes; ${there} there.`, ['following'])
  }
  judgeData(value, say)
}

/** Fewest bytes of data that the request needs; undefined where it needs none. */
function dataSize({ feature, probe }: Flags): number | undefined {
  return probe ? undefined : featureDataSize(feature)
}

/** What is wrong with the flags alone, whoever answers them. */
export function judgeOperation({ feature, get, set, probe }: Flags, say: SayFeature): void {
  if (typeof feature === 'number') say('vfio/feature-unknown', `Feature ${feature} is not known.`, ['flags', 'feature'])
  if (probe) return
  if (get === set) {
    const message = get ? 'Both get and set are asked for.' : 'Neither get, set nor a probe is asked for.'
    say('vfio/feature-operation', message, ['flags'])
  } else if (typeof feature === 'string') {
    const operations = featureOperations[feature]
    if (get ? operations.get : operations.set) return
    say('vfio/feature-operation', `The feature ${feature} has no ${get ? 'get' : 'set'}.`, ['flags'])
  }
}

function judgeData({ flags, data }: Feature, say: SayFeature): void {
  if (data === undefined || data instanceof Uint8Array || isOpaque(data)) return
  if ('deviceState' in data) judgeState(data, flags, say)
  else if ('stopCopyLength' in data || 'uuid' in data || 'op' in data || 'wakeupEventfd' in data) return
  else if ('numRanges' in data) {
    judgePageSize(data.pageSize, 1n, loggingSay(say, 'pageSize'))
    judgeRangeCount(data.numRanges, loggingSay(say, 'numRanges'))
  } else if ('bitmap' in data) {
    judgePageSize(data.pageSize, LEAST_PAGE, loggingSay(say, 'pageSize'))
    judgeLoggedRange(data, 1n, loggingSay(say, 'length'))
  } else if ('nrRanges' in data) {
    if (data.flags !== 0) say('vfio/dma-buf-request', `The flags are 0x${data.flags.toString(16)}.`, ['data', 'flags'])
    if (data.nrRanges === 0) say('vfio/dma-buf-request', 'There is no range.', ['data', 'nrRanges'])
  } else {
    const { stopCopy, p2p, preCopy, reserved } = data.flags
    if (stopCopy || (!p2p && !preCopy && reserved === 0n)) return
    say('vfio/migration-without-stop-copy', 'There are flags for migration, but not STOP_COPY.', ['data', 'flags'])
  }
}

/** Smallest page that a report can be asked for. */
const LEAST_PAGE = 4096n

const loggingSay =
  (say: SayFeature, field: string): SayLogging =>
  (code, message, severity) =>
    say(code, message, ['data', field], severity)

/** A request for the state has zeros, or whatever was there; an answer has -1 for the descriptor. */
function judgeState(data: Value<typeof migDeviceState>, { get, set, probe }: Flags, say: SayFeature): void {
  const { deviceState, dataFd } = data
  const path = ['data', 'deviceState']
  if (probe) return
  if (set && (deviceState === 'ERROR' || typeof deviceState === 'number')) {
    say('vfio/migration-state-refused', `The state ${deviceState} is asked for.`, path)
  } else if (get && deviceState === 'ERROR' && dataFd === -1) {
    say('vfio/migration-state-error', 'The device is in the state ERROR.', path)
  }
}
