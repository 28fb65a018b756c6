import { type Probe, toView } from '../../layout/index.ts'
import { plausibleRecords } from '../records/plausible.ts'
import { VENDOR } from '../vendor-ids.ts'
import { PART, PART_HEADER } from './device-part.layout.ts'
import { virtioRecordHeaderCodec } from './record.ts'

/** Sure where the payload is parts; on the user's word where it is not. */
export function detectVirtio(probe: Probe): number {
  const { vendorId = 0 } = probe
  const found = plausibleRecords(virtioRecordHeaderCodec, probe)
  if (found === undefined || vendorId === VENDOR.mlx5) return 0
  if (startsWithParts(found.payload)) return 0.9
  return vendorId === VENDOR.virtio ? 0.8 : 0
}

/** Whether the bytes start with two parts, the first of the types that come first, or with one and nothing else. */
function startsWithParts(payload: Uint8Array): boolean {
  if (payload.length < PART_HEADER) return false
  const view = toView(payload)
  const isPart = (at: number) => view.getUint16(at, true) >= PART.deviceFeatures && view.getUint16(at, true) < 0x600
  const next = PART_HEADER + view.getUint32(12, true)
  const type = view.getUint16(0, true)
  const isFirst = type <= PART.controlConfig && (view.getUint8(2) & 0xfe) === 0 && view.getUint8(3) === 0
  if (!isPart(0) || !isFirst || next > payload.length) return false
  return payload.length - next < PART_HEADER ? payload.length === next : isPart(next)
}
