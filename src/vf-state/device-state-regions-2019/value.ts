import * as generated from '../../generated/vf-state/device-state-regions-2019/body.js'
import { codec, type Value } from '../../layout/index.ts'
import { configPayload, memoryPayload, pciPayload, streamFlag } from './body.layout.ts'

export const streamFlagCodec = codec(streamFlag, generated.streamFlag)
export const pciPayloadCodec = codec(pciPayload, generated.pciPayload)
export const configPayloadCodec = codec(configPayload, generated.configPayload)
export const memoryPayloadCodec = codec(memoryPayload, generated.memoryPayload)

export type StreamFlags = Value<typeof streamFlag>['flags']
export type PciPayload = Value<typeof pciPayload>
export type ConfigPayload = Value<typeof configPayload>
export type MemoryPayload = Value<typeof memoryPayload>

/** A flag byte and what it announces: at most one of the payloads. */
export interface StreamPart {
  flags: StreamFlags
  pci?: PciPayload
  deviceConfig?: ConfigPayload
  deviceMemory?: MemoryPayload
}

/** The body of one START, PART or END section. */
export interface DeviceStateBody {
  parts: StreamPart[]
  /** What stands behind the last part: nothing, in a sound body. */
  trailing?: Uint8Array
}

/** Codecs of the payloads, by their member. */
export const PAYLOADS = {
  pci: pciPayloadCodec,
  deviceConfig: configPayloadCodec,
  deviceMemory: memoryPayloadCodec,
} as const

export type PayloadName = keyof typeof PAYLOADS
export const PAYLOAD_NAMES = Object.keys(PAYLOADS) as readonly PayloadName[]
