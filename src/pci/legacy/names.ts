import type { CapabilityName } from '../capability.ts'

/** Capabilities of the legacy list that have no description here, by ID. */
export const legacyNames: Readonly<Record<number, CapabilityName>> = {
  2: { name: 'AGP', title: 'Accelerated Graphics Port', length: 12 },
  6: { name: 'HotSwap', title: 'CompactPCI hot swap' },
  11: { name: 'CPCI-CRC', title: 'CompactPCI central resource control' },
  14: { name: 'AGP3', title: 'AGP 8x' },
  15: { name: 'Secure', title: 'Secure device' },
  21: { name: 'FPB', title: 'Flattening Portal Bridge' },
}
