import type { Rule } from './rule.ts'
import { bridgeRules } from './rules/bridge.ts'
import { busMasterRules } from './rules/bus-master.ts'
import { capabilityRules } from './rules/capability.ts'
import { guestRules } from './rules/guest.ts'
import { mdevRules } from './rules/mdev.ts'
import { pageRules } from './rules/pages.ts'
import { regionRules } from './rules/regions.ts'
import { runRules } from './rules/run.ts'
import { selfEmulationRules } from './rules/self-emulation.ts'
import { v1Rules } from './rules/v1.ts'
import { v2DataRules } from './rules/v2-data.ts'
import { v2DirtyRules } from './rules/v2-dirty.ts'
import { v2StateRules } from './rules/v2-states.ts'
import { vendorRules } from './rules/vendor.ts'

/** Every rule; each names the designs that it judges. */
export const rules: readonly Rule[] = [
  ...runRules,
  ...pageRules,
  ...guestRules,
  ...capabilityRules,
  ...busMasterRules,
  ...bridgeRules,
  ...selfEmulationRules,
  ...mdevRules,
  ...regionRules,
  ...vendorRules,
  ...v1Rules,
  ...v2StateRules,
  ...v2DataRules,
  ...v2DirtyRules,
]
