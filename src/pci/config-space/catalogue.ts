import type { Codec } from '../../layout/index.ts'
import type { Capability, CapabilityName } from '../capability.ts'
import { extendedCapabilities, extendedNames } from '../extended/index.ts'
import { legacyCapabilities, legacyNames } from '../legacy/index.ts'

/** The capabilities of one list: by ID, and by the structure that describes their registers. */
export interface CapabilityCatalogue {
  readonly byId: ReadonlyMap<number, Capability>
  readonly names: Readonly<Record<number, CapabilityName>>
  /** Structure name to the codec and the capability that it belongs to. */
  readonly byLayout: ReadonlyMap<string, { readonly codec: Codec; readonly capability: Capability }>
  /** Bytes of a head: 2 in the legacy list, 4 in the extended one. */
  readonly headLength: 2 | 4
}

export const catalogues = {
  capabilities: catalogue(legacyCapabilities, legacyNames, 2),
  extendedCapabilities: catalogue(extendedCapabilities, extendedNames, 4),
} as const

export type ListName = keyof typeof catalogues
export const LISTS: readonly ListName[] = ['capabilities', 'extendedCapabilities']

function catalogue(
  capabilities: readonly Capability[],
  names: Readonly<Record<number, CapabilityName>>,
  headLength: 2 | 4,
): CapabilityCatalogue {
  const byId = new Map<number, Capability>()
  const byLayout = new Map<string, { codec: Codec; capability: Capability }>()
  for (const capability of capabilities) {
    byId.set(capability.id, capability)
    for (const codec of capability.codecs) byLayout.set(codec.type.name, { codec, capability })
  }
  return { byId, names, byLayout, headLength }
}

/** Short name of an ID, or of the reading that a layout stands for. */
export function capabilityName(list: ListName, id: number, codec: Codec | undefined): string {
  const { byId, names } = catalogues[list]
  const capability = byId.get(id)
  if (capability !== undefined) return (codec && capability.nameOf?.(codec)) ?? capability.name
  if (list === 'capabilities' && id === 0xff) return 'Broken'
  return names[id]?.name ?? (id === 0 ? 'Null' : 'Unknown')
}
