import type { DesignName } from '../../protocol/index.ts'
import { bridge } from './bridge.ts'
import { deviceStateRegions } from './device-state-regions.ts'
import { fakedCapability } from './faked-capability.ts'
import { mdevRegion } from './mdev-region.ts'
import type { Recipe } from './recipe.ts'
import { selfEmulation } from './self-emulation.ts'
import { vendorOps } from './vendor-ops.ts'
import { vfioV1 } from './vfio-v1.ts'
import { vfioV2 } from './vfio-v2.ts'

export type { Recipe } from './recipe.ts'

/** How each design is run. */
export const recipes: Readonly<Record<DesignName, Recipe>> = {
  'faked-capability': fakedCapability,
  bridge,
  'self-emulation': selfEmulation,
  'mdev-region': mdevRegion,
  'device-state-regions': deviceStateRegions,
  'vendor-ops': vendorOps,
  'vfio-v1': vfioV1,
  'vfio-v2': vfioV2,
}
