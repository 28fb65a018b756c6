import { bridge } from './bridge.ts'
import type { Case } from './case.ts'
import { deviceStateRegions } from './device-state-regions.ts'
import { fakedCapability } from './faked-capability.ts'
import { mdevRegion } from './mdev-region.ts'
import { selfEmulation } from './self-emulation.ts'
import { vendorOps } from './vendor-ops.ts'
import { vfioV1 } from './vfio-v1.ts'
import { vfioV2 } from './vfio-v2.ts'

export const cases: readonly Case[] = [
  ...fakedCapability,
  ...bridge,
  ...selfEmulation,
  ...mdevRegion,
  ...deviceStateRegions,
  ...vendorOps,
  ...vfioV1,
  ...vfioV2,
]
