import type { Design, DesignFacts } from './design.ts'
import { bridge } from './designs/bridge.ts'
import { deviceStateRegions } from './designs/device-state-regions.ts'
import { fakedCapability } from './designs/faked-capability.ts'
import { mdevRegion } from './designs/mdev-region.ts'
import { selfEmulation } from './designs/self-emulation.ts'
import { vendorOps } from './designs/vendor-ops.ts'
import { vfioV1 } from './designs/vfio-v1.ts'
import { vfioV2 } from './designs/vfio-v2.ts'
import { rules } from './rules.ts'

function withRules(facts: DesignFacts): Design {
  return { ...facts, rules: rules.filter(({ designs }) => designs.includes(facts.name)) }
}

/** Every design: those of the threads as the reference lists them, then what became of them in the kernel. */
export const designs: readonly Design[] = [
  fakedCapability,
  bridge,
  selfEmulation,
  mdevRegion,
  deviceStateRegions,
  vendorOps,
  vfioV1,
  vfioV2,
].map(withRules)

/** The design of a name; undefined where there is none. */
export function findDesign(name: string): Design | undefined {
  return designs.find((design) => design.name === name)
}
