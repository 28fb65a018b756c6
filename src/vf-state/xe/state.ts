import * as generated from '../../generated/vf-state/xe/state.js'
import { codec, isOpaque, type Refusal, structureFormat, type Value } from '../../layout/index.ts'
import { xeCodes } from './codes.ts'
import { detectXe } from './detect.ts'
import { judgeXeState } from './rules.ts'
import { xeState } from './state.layout.ts'

export const xeStateCodec = codec(xeState, generated.xeState)

export type XeState = Value<typeof xeState>
export type XePacket = Exclude<XeState['packets'], { opaque: Uint8Array }>[number]

export const xeStateFormat = structureFormat({
  codec: xeStateCodec,
  codes: xeCodes.entries,
  detect: detectXe,
  rule(value, report, locate) {
    judgeXeState(value, locate([]).length, (code, message, offset, length, path) =>
      report(xeCodes.finding(code, message, { offset, length, path })),
    )
  },
  refusals,
})

const PRODUCE = 'drivers/gpu/drm/xe/xe_sriov_pf_migration.c, xe_sriov_pf_migration_restore_produce'

/** Tiles and GTs that the destination's own state has no packets of. */
function refusals({ packets: given }: XeState, { packets: own }: XeState): Refusal[] {
  if (isOpaque(given) || isOpaque(own)) return []
  const place = ({ tileId, gtId }: XePacket) => `tile ${tileId} and GT ${gtId}`
  const known = new Set(own.map(place))
  return given.flatMap((packet, index) => {
    if (known.has(place(packet))) return []
    known.add(place(packet))
    const message = `The destination driver refuses packets for ${place(packet)}, which it does not have (EINVAL): ${PRODUCE}.`
    return [{ path: ['packets', index], message }]
  })
}
