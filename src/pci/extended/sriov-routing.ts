import type { Value } from '../../layout/index.ts'
import type { singleRootIov } from './sriov.layout.ts'

type Routing = Pick<Value<typeof singleRootIov>, 'numVfs' | 'firstVfOffset' | 'vfStride'>

/**
 * Routing IDs (bus in bits 15:8, device and function below) of the VFs that a PF shows, first VF first.
 *
 * VF n, counted from 1, is at PF + offset + (n - 1) * stride, modulo 2^16. There are `numVfs` of them, whether or not
 * VF Enable is set.
 */
export function vfRoutingIds(sriov: Routing, pfRoutingId: number): number[] {
  const { numVfs, firstVfOffset, vfStride } = sriov
  return Array.from({ length: numVfs }, (_, index) => (pfRoutingId + firstVfOffset + index * vfStride) & 0xffff)
}
