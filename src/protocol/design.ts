import type { ProtocolCode } from './codes.ts'
import type { Machine } from './machine.ts'
import type { EventPattern } from './pattern.ts'
import type { Rule } from './rule.ts'

export const DESIGN_NAMES = [
  'faked-capability',
  'bridge',
  'self-emulation',
  'mdev-region',
  'device-state-regions',
  'vendor-ops',
  'vfio-v1',
  'vfio-v2',
] as const
export type DesignName = (typeof DESIGN_NAMES)[number]

/** Values of a register that a `status-write` may have; a register with other contents is not listed. */
export type RegisterValues = Readonly<Record<string, Readonly<Record<string, number>>>>

/** Something that can go wrong, to be planted in a run. */
export interface Fault {
  /** One line. */
  readonly meaning: string
  /** The finding that names it: an error, or a warning where it only costs time. */
  readonly code: ProtocolCode
}

/** Which events end and begin the activity of a device, so that DMA is wrong in between. */
export interface QuietEvents {
  readonly quiet: readonly EventPattern[]
  readonly active: readonly EventPattern[]
}

/** What a design is, apart from the rules that name it. */
export interface DesignFacts {
  readonly name: DesignName
  readonly title: string
  readonly source: string
  /** Versions that differ in their order or events; the first is the default. */
  readonly variants: readonly string[]
  readonly registers: RegisterValues
  readonly quiet: QuietEvents
  readonly machines: readonly Machine[]
  readonly faults: Readonly<Record<string, Fault>>
}

export interface Design extends DesignFacts {
  readonly rules: readonly Rule[]
}
