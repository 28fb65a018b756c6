import * as generated from '../../generated/vf-state/ice/state.js'
import { codec, isOpaque, type Probe, type Refusal, structureFormat, toView, type Value } from '../../layout/index.ts'
import { startsWithMagic } from '../magic.ts'
import { ice2023Codes, iceCodes } from './codes.ts'
import { numberOfType, partOf } from './parts.ts'
import { judgeIceState } from './rules.ts'
import { iceState, iceState2023 } from './state.layout.ts'
import { ICE_MAGIC } from './tlv.layout.ts'

export const iceStateCodec = codec(iceState, generated.iceState)
export const iceState2023Codec = codec(iceState2023, generated.iceState2023)

export type IceState = Value<typeof iceState>
export type IceTlv = Exclude<IceState['tlvs'], { opaque: Uint8Array }>[number]
export type IceState2023 = Value<typeof iceState2023>

export const iceStateFormat = structureFormat({
  codec: iceStateCodec,
  codes: iceCodes.entries,
  detect,
  rule(value, report, locate) {
    judgeIceState(value, locate([]).length, (code, message, place) => report(iceCodes.finding(code, message, place)))
  },
  refusals,
})

/** The header comes first: type 1, length 8, magic. */
function detect({ head }: Probe): number {
  if (head.length < 8) return 0
  const view = toView(head)
  return view.getUint32(0, true) === 0x00080001 && view.getUint32(4, true) === ICE_MAGIC ? 1 : 0
}

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
  detect: (probe) => (startsWithMagic(probe, iceState2023.fields.magic) ? 0.9 : 0),
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
