import type { Probe } from '../../layout/index.ts'
import { plausibleRecords } from '../records/plausible.ts'
import { VENDOR } from '../vendor-ids.ts'
import { HINT_SIZE, mlx5RecordHeaderCodec } from './record.ts'

/** Sure where the hint comes first, which virtio never writes; on the user's word where the headers lead nowhere. */
export function detectMlx5(probe: Probe): number {
  const { vendorId = 0 } = probe
  const found = plausibleRecords(mlx5RecordHeaderCodec, probe)
  if (found === undefined || vendorId === VENDOR.virtio) return 0
  const { recordSize, tag } = found.first
  if (tag === 'STOP_COPY_SIZE') return recordSize === BigInt(HINT_SIZE) ? 0.95 : 0
  if (found.leads === 'astray') return vendorId === VENDOR.mlx5 ? 0.4 : 0
  return found.leads === 'to-cut' ? 0.4 : 0.6
}
