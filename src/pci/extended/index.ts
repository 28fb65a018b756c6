import type { Capability } from '../capability.ts'
import { acs } from './acs.ts'
import { aer } from './aer.ts'
import { ari } from './ari.ts'
import { ats } from './ats.ts'
import { dlf } from './dlf.ts'
import { doe } from './doe.ts'
import { dpa } from './dpa.ts'
import { dpc } from './dpc.ts'
import { dsn } from './dsn.ts'
import { dvsec } from './dvsec.ts'
import { l1ss } from './l1ss.ts'
import { ltr } from './ltr.ts'
import { margining } from './margining.ts'
import { npem } from './npem.ts'
import { pasid } from './pasid.ts'
import { physical16gt } from './physical-16gt.ts'
import { physical32gt } from './physical-32gt.ts'
import { powerBudgeting } from './power-budgeting.ts'
import { pri } from './pri.ts'
import { ptm } from './ptm.ts'
import { rebar, vfRebar } from './rebar.ts'
import { secondaryPcie } from './secondary-pcie.ts'
import { sriov } from './sriov.ts'
import { tph } from './tph.ts'
import { multiFunctionVirtualChannel, virtualChannel, virtualChannel9 } from './virtual-channel.ts'
import { vsec } from './vsec.ts'

export { type ExtendedName, extendedNames } from './names.ts'
export { vfRoutingIds } from './sriov-routing.ts'
export { vfMigrationStatesCodec, vfMigrationStatesFormat } from './vf-migration-states.ts'

/** Extended capabilities with a description, by ID. */
export const extendedCapabilities: readonly Capability[] = [
  aer,
  virtualChannel,
  dsn,
  powerBudgeting,
  multiFunctionVirtualChannel,
  virtualChannel9,
  vsec,
  acs,
  ari,
  ats,
  sriov,
  pri,
  rebar,
  dpa,
  tph,
  ltr,
  secondaryPcie,
  pasid,
  dpc,
  l1ss,
  ptm,
  dvsec,
  vfRebar,
  dlf,
  physical16gt,
  margining,
  npem,
  physical32gt,
  doe,
] as readonly Capability[]
