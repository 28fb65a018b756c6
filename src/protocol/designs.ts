import type { Design, DesignFacts } from './design.ts'
import { bridge } from './designs/bridge.ts'
import { deviceStateRegions } from './designs/device-state-regions.ts'
import { fakedCapability } from './designs/faked-capability.ts'
import { mdevRegion } from './designs/mdev-region.ts'
import { selfEmulation } from './designs/self-emulation.ts'
import { vendorOps } from './designs/vendor-ops.ts'
import { rules } from './rules.ts'

function withRules(facts: DesignFacts): Design {
  return { ...facts, rules: rules.filter(({ designs }) => designs.includes(facts.name)) }
}

/** Every design, oldest idea first as the reference lists them. */
export const designs: readonly Design[] = [
  fakedCapability,
  bridge,
  selfEmulation,
  mdevRegion,
  deviceStateRegions,
  vendorOps,
].map(withRules)

/** The design of a name; undefined where there is none. */
export function findDesign(name: string): Design | undefined {
  return designs.find((design) => design.name === name)
}
