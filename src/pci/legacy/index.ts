import type { Capability, CapabilityName } from '../capability.ts'
import { pm } from './pm.ts'

export const legacyCapabilities: readonly Capability[] = [pm] as readonly Capability[]
export const legacyNames: Readonly<Record<number, CapabilityName>> = {}
