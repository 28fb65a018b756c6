import { type Codec, codec, type RoutineSet, type StructType } from '../../layout/index.ts'
import { type Capability, type CapabilityContext, capabilityWithVariants } from '../capability.ts'
import { expressOf, roomOf } from './express.ts'

/** Link widths that exist, and 0 for functions that hide theirs. */
const LANE_COUNTS = [0, 1, 2, 4, 8, 12, 16, 32] as const

type LaneKey = `x${(typeof LANE_COUNTS)[number]}`

interface LaneFacts<T extends StructType> {
  readonly id: number
  readonly name: string
  readonly title: string
  /** A description for each link width: what stands per lane is not counted by any register of the capability. */
  readonly layouts: Readonly<Record<LaneKey, T>>
  readonly generated: Readonly<Record<LaneKey, RoutineSet>>
  /** Bytes with the head, before the lanes. */
  readonly base: number
  readonly bytesPerLane: number
}

/**
 * Declares a capability that ends in something for every lane of the link. The maximum link width of the PCI Express
 * capability tells how many lanes there are; the next higher capability bounds them.
 */
export function capabilityWithLanes<T extends StructType>(facts: LaneFacts<T>): Capability<T> {
  const { id, name, title, layouts, generated, base, bytesPerLane } = facts
  const codecs = LANE_COUNTS.map((lanes): Codec<T> => codec(layouts[`x${lanes}`], generated[`x${lanes}`]))
  return capabilityWithVariants<T>({
    id,
    name,
    title,
    variants: codecs as unknown as readonly Codec[],
    select: (_registers, context) => codecs[widthIndex(context, base, bytesPerLane)],
  })
}

/** Index of the widest link that both the link and the room allow. */
function widthIndex(context: CapabilityContext, base: number, bytesPerLane: number): number {
  const room = Math.floor((roomOf(context) - base) / bytesPerLane)
  const most = Math.min(expressOf(context.space)?.lanes ?? 0, room)
  return Math.max(
    0,
    LANE_COUNTS.findLastIndex((lanes) => lanes <= most),
  )
}
