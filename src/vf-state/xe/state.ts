import * as generated from '../../generated/vf-state/xe/state.js'
import { codec, isOpaque, type Probe, type Refusal, structureFormat, toView, type Value } from '../../layout/index.ts'
import { xeCodes } from './codes.ts'
import { judgeXeState } from './rules.ts'
import { XE_PACKET_HEADER, XE_VERSION, xeState } from './state.layout.ts'

export const xeStateCodec = codec(xeState, generated.xeState)

export type XeState = Value<typeof xeState>
export type XePacket = Exclude<XeState['packets'], { opaque: Uint8Array }>[number]

export const xeStateFormat = structureFormat({
  codec: xeStateCodec,
  codes: xeCodes.entries,
  detect,
  rule(value, report, locate) {
    judgeXeState(value, locate([]).length, (code, message, offset, length, path) =>
      report(xeCodes.finding(code, message, { offset, length, path })),
    )
  },
  refusals,
})

/** The descriptor comes first: no flags, no offset, and either no payload or keys, of which one is known. */
function detect({ head }: Probe): number {
  if (head.length < XE_PACKET_HEADER + 4) return 0
  const view = toView(head)
  const begins = view.getUint32(0, true) === 0x0100 + XE_VERSION && view.getUint32(4, true) === 0
  if (!begins || view.getBigUint64(8, true) !== 0n) return 0
  const size = view.getBigUint64(16, true)
  // The first driver wrote an empty descriptor; another packet follows.
  if (size === 0n) return view.getUint8(XE_PACKET_HEADER) === XE_VERSION ? 0.8 : 0
  if (size > MOST_DESCRIPTOR) return 0
  const end = Math.min(head.length, XE_PACKET_HEADER + Number(size))
  for (let at = XE_PACKET_HEADER; at + 8 <= end; ) {
    const key = view.getUint32(at, true)
    if (KNOWN_KEYS.has(key)) return 0.95
    at += 4 + 4 * (key & 0xffff)
  }
  return 0
}

/** Far more than any driver writes. */
const MOST_DESCRIPTOR = 4096n
/** Device ID and revision, each with a value of one word. */
const KNOWN_KEYS: ReadonlySet<number> = new Set([0xf0010001, 0xf0020001])

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
