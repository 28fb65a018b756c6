import * as generated from '../../generated/vf-state/ice/state.js'
import { codec, isOpaque, type Refusal, structureFormat, type Value } from '../../layout/index.ts'
import { ice2023Codes, iceCodes } from './codes.ts'
import { detectIce, detectIce2023 } from './detect.ts'
import { numberOfType, partOf } from './parts.ts'
import { judgeIceState } from './rules.ts'
import { iceState, iceState2023 } from './state.layout.ts'

export const iceStateCodec = codec(iceState, generated.iceState)
export const iceState2023Codec = codec(iceState2023, generated.iceState2023)

export type IceState = Value<typeof iceState>
export type IceTlv = Exclude<IceState['tlvs'], { opaque: Uint8Array }>[number]
export type IceState2023 = Value<typeof iceState2023>

export const iceStateFormat = structureFormat({
  codec: iceStateCodec,
  codes: iceCodes.entries,
  detect: detectIce,
  rule(value, report, locate) {
    judgeIceState(value, locate([]).length, (code, message, place) => report(iceCodes.finding(code, message, place)))
  },
  refusals,
})

const FILE = 'drivers/net/ethernet/intel/ice/virt/migration.c'

/** Types that the destination does not know, and queues that its VF does not have. */
function refusals({ tlvs: given }: IceState, { tlvs: own }: IceState): Refusal[] {
  if (isOpaque(given) || isOpaque(own)) return []
  const supported = partOf(own, 'header')?.numSupportedTlvs
  const queues = partOf(own, 'vf-info')?.numVfQs
  return given.flatMap((tlv, index) => {
    const number = numberOfType(tlv)
    if (supported !== undefined && number >= supported) {
      const message = `The destination driver refuses a part of type ${number}, which it does not know (EPROTONOSUPPORT): ${FILE}, ice_migration_validate_tlvs.`
      return [{ path: ['tlvs', index], message }]
    }
    const queue = partOf([tlv], 'tx-queue') ?? partOf([tlv], 'rx-queue')
    if (queue === undefined || queues === undefined || queue.queueId < queues) return []
    const message = `The destination driver refuses queue ${queue.queueId} where its VF has ${queues} (EINVAL): ${FILE}, ice_migration_load_${tlv.type === 'tx-queue' ? 't' : 'r'}x_queue.`
    return [{ path: ['tlvs', index, 'data', 'queueId'], message }]
  })
}

export const iceState2023Format = structureFormat({
  codec: iceState2023Codec,
  codes: ice2023Codes.entries,
  detect: detectIce2023,
  rule({ version, totalSize, rest }, report, locate) {
    const say = (code: keyof typeof ice2023Codes.entries, message: string, name: string) =>
      report(ice2023Codes.finding(code, message, { ...locate([name]), path: [name] }))
    const { length } = locate([])
    if (version !== 1) say('vf-state/ice-2023-version', `The version is ${version}.`, 'version')
    if (totalSize > BigInt(length)) {
      say('vf-state/ice-2023-size', `The state has ${totalSize} bytes, of which ${length} are there.`, 'totalSize')
    }
    if (rest.length > 0) say('vf-state/ice-2023-opaque', `${rest.length} bytes are kept as they are.`, 'rest')
  },
})
