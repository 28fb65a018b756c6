import type { Capability, CapabilityName } from '../capability.ts'

export const extendedCapabilities: readonly Capability[] = []
export const extendedNames: Readonly<Record<number, CapabilityName>> = {}
