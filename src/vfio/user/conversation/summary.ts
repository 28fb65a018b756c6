import { isOpaque, type Opaque } from '../../../layout/index.ts'
import type { V2Features } from '../../migration-states.ts'
import type { VfioUserHeader } from '../header.ts'
import type { VfioUserPayload } from '../message.ts'
import type { VfioUserDeviceFeature } from '../payload-codecs.ts'
import type { DmaLogging, State } from './events.ts'

// What of a message the other messages are held against: no data, so that open commands cost little.

/** What a command asks for, and its reply repeats. */
export interface Summary {
  /** What has to be equal in command and reply, by the path of the field. */
  readonly repeated: Readonly<Record<string, bigint | number | string>>
  /** Bytes of data that are to be moved. */
  readonly moves: bigint | undefined
  /** The state that is asked for or told. */
  readonly state: State | undefined
  /** How the state is used. */
  readonly use: 'set' | 'get' | undefined
  /** What the device says that it can do. */
  readonly features?: V2Features
  /** How DMA logging is switched. */
  readonly logging?: DmaLogging
}

const EMPTY: Summary = { repeated: {}, moves: undefined, state: undefined, use: undefined }

export function summaryOf({ command }: VfioUserHeader, payload: VfioUserPayload | Opaque | undefined): Summary {
  if (payload === undefined || isOpaque(payload)) return EMPTY
  if (command === 'mig-data-read' || command === 'mig-data-write') {
    return { ...EMPTY, moves: 'size' in payload ? BigInt(payload.size) : undefined }
  }
  if ('region' in payload) {
    const { offset, region, count } = payload
    return { ...EMPTY, repeated: { offset, region, count }, moves: BigInt(count) }
  }
  if (command === 'dma-read' || command === 'dma-write') {
    if (!('data' in payload) || !('address' in payload)) return EMPTY
    const count = 'count32' in payload ? BigInt(payload.count32) : payload.count
    return { ...EMPTY, repeated: { address: payload.address, count }, moves: count }
  }
  if (command === 'device-feature') return featureSummary(payload as VfioUserDeviceFeature)
  if ('index' in payload && command !== 'device-set-irqs') {
    return { ...EMPTY, repeated: { index: payload.index } }
  }
  return EMPTY
}

function featureSummary({ flags, data }: VfioUserDeviceFeature): Summary {
  const repeated = { 'flags.feature': flags.feature }
  const known = data === undefined || data instanceof Uint8Array || isOpaque(data) ? undefined : data
  if (flags.probe) return { ...EMPTY, repeated }
  if (flags.feature === 'mig-device-state') {
    const state = known !== undefined && 'deviceState' in known ? known.deviceState : undefined
    return { ...EMPTY, repeated, state, use: flags.set ? 'set' : flags.get ? 'get' : undefined }
  }
  if (known !== undefined && 'flags' in known) {
    const { stopCopy, p2p, preCopy } = known.flags
    return { ...EMPTY, repeated, features: { stopCopy, p2p, preCopy } }
  }
  if (flags.feature === 'dma-logging-stop') return { ...EMPTY, repeated, logging: { on: false } }
  if (known === undefined || !('numRanges' in known)) return { ...EMPTY, repeated }
  return { ...EMPTY, repeated, logging: { on: true, ranges: known.numRanges, pageSize: known.pageSize } }
}
