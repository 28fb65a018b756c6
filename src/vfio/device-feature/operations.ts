import type { FeatureName } from './device-feature.layout.ts'

interface Operations {
  readonly get: boolean
  readonly set: boolean
}

const GET: Operations = { get: true, set: false }
const SET: Operations = { get: false, set: true }

/** What can be asked of each feature. */
export const featureOperations: Readonly<Record<FeatureName, Operations>> = {
  'pci-vf-token': SET,
  migration: GET,
  'mig-device-state': { get: true, set: true },
  'low-power-entry': SET,
  'low-power-entry-with-wakeup': SET,
  'low-power-exit': SET,
  'dma-logging-start': SET,
  'dma-logging-stop': SET,
  'dma-logging-report': GET,
  'mig-data-size': GET,
  'bus-master': SET,
  'dma-buf': GET,
  'mig-precopy-info-v2': SET,
}
