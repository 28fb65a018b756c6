import type { CapabilityContext } from '../capability.ts'
import { expressOf, roomOf } from './express.ts'

/** Link widths that exist, and 0 for functions that hide theirs. */
const LANE_COUNTS = [0, 1, 2, 4, 8, 12, 16, 32] as const

/** Bytes of an extended head. */
const HEAD = 4

/**
 * How far a capability reaches that ends in something for every lane of the link: no register of its own counts them.
 * The maximum link width of the PCI Express capability tells how many there are; the next higher capability bounds them.
 *
 * @param facts bytes before the lanes, head included, and bytes for each lane
 */
export function lanesExtent(facts: { readonly base: number; readonly bytesPerLane: number }) {
  const { base, bytesPerLane } = facts
  return (context: CapabilityContext): number => {
    const room = Math.floor((roomOf(context) - base) / bytesPerLane)
    const most = Math.min(expressOf(context.space)?.lanes ?? 0, room)
    const lanes = LANE_COUNTS.findLast((count) => count <= most) ?? 0
    return base - HEAD + lanes * bytesPerLane
  }
}
