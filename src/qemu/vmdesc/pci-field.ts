import type { PathPart } from '../../findings/index.ts'

/** Types, as QEMU names them, of the fields that every PCI device has. */
const TYPES = ['pci config', 'pci irq state', 'msix state'] as const

/** A field that PCI devices have: their config space, levels of interrupts, or MSI-X table with pending bits. */
export interface PciField {
  readonly type: (typeof TYPES)[number]
  /** Path and place in the body. */
  readonly path: readonly PathPart[]
  readonly offset: number
  readonly length: number
}

export const isPciType = (type: string): type is PciField['type'] => (TYPES as readonly string[]).includes(type)
