import { DecodeError } from '../findings/index.ts'
import { type Codec, toView } from '../layout/index.ts'
import type { CapabilityContext, FunctionFacts, PciOptions } from '../pci/capability.ts'
import { type CapabilityCatalogue, catalogues, type ListName } from '../pci/config-space/catalogue.ts'

/** A capability with a place, before its neighbours have had their say. */
export interface Planned {
  readonly list: ListName
  readonly offset: number
  /** Changed where the registers turn out to be something that has no room. */
  id: number
  readonly codec: Codec | undefined
  /** Registers that the codec was given. */
  readonly registers: Record<string, unknown> | undefined
}

/** What stands at a place in the end. */
export interface Settled extends Planned {
  /** Bytes with the head. */
  readonly length: number
}

/** IDs that nothing is known of, by list. */
export const UNKNOWN_ID: Readonly<Record<ListName, number>> = { capabilities: 0x60, extendedCapabilities: 0x7ff0 }

/**
 * Says of each planned capability what it is where it stands: some are told apart by the room behind them or by other
 * registers of the function. What would reach into its neighbour becomes a capability of unknown ID.
 */
export function settle(
  plan: readonly Planned[],
  space: Uint8Array,
  facts: FunctionFacts,
  options: PciOptions,
): Settled[] {
  return plan.map((item) => {
    const listEnd = item.list === 'capabilities' ? 0x100 : 0x1000
    const higher = plan.filter(({ list, offset }) => list === item.list && offset > item.offset)
    const nextHigher = Math.min(listEnd, ...higher.map(({ offset }) => offset))
    const end = Math.min(space.length, listEnd)
    const context = { options, facts, space, offset: item.offset, nextHigher }
    return described(item, context, end) ?? opaque(item, Math.min(nextHigher, end), space)
  })
}

function described(item: Planned, context: CapabilityContext, end: number): Settled | undefined {
  const { byId, headLength }: CapabilityCatalogue = catalogues[item.list]
  const { space, nextHigher } = context
  const from = item.offset + headLength
  const capability = byId.get(item.id)
  const codec = capability?.only ?? capability?.select(space.subarray(from, end), context)
  if (codec === undefined) return undefined
  try {
    const reach = capability?.extent === undefined ? end : Math.min(end, from + capability.extent(context))
    const { value, length } = codec.decodeAt({ bytes: space, view: toView(space), offset: from, end: reach })
    if (from + length > nextHigher) return undefined
    const asPlanned = codec === item.codec && codec.encode(item.registers as never).length === length
    const registers = asPlanned ? item.registers : (value as Record<string, unknown>)
    return { ...item, codec, registers, length: headLength + length }
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
}

function opaque(item: Planned, bound: number, space: Uint8Array): Settled {
  const { byId, names, headLength }: CapabilityCatalogue = catalogues[item.list]
  const room = bound - item.offset
  const stated = item.id === 0 ? headLength : (names[item.id]?.length ?? room)
  if (byId.has(item.id) || stated > room) {
    const id = UNKNOWN_ID[item.list]
    space[item.offset] = id & 0xff
    if (headLength === 4) space[item.offset + 1] = id >>> 8
    return { ...item, id, codec: undefined, registers: undefined, length: room }
  }
  return { ...item, codec: undefined, registers: undefined, length: stated }
}
