export {
  type I40eVfRecord,
  type I40eVfState,
  i40eVfCodes,
  i40eVfStateCodec,
  i40eVfStateFormat,
  i40eVfSum,
  makeI40eVfState,
} from './i40e-vf.ts'
export {
  type DirtyAnswer,
  dirtyAnswer,
  I40E_REGION,
  type VendorOpsRegion,
  vendorOpsRegionCodec,
  vendorOpsRegionCodes,
  vendorOpsRegionFormat,
} from './region.ts'
export { contenders, EINVAL, registerDriver, selectDriver, type VendorDriver } from './registration.ts'
export {
  type Handled,
  type Mediated,
  type Outcome,
  runChained,
  runMediated,
  type Verdict,
  verdictOf,
  verdictProblem,
} from './verdict.ts'
