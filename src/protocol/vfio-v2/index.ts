export {
  ACTIVE_STATES,
  ALL_FEATURES,
  isSupported,
  PRE_COPY_STATES,
  SAVING_STATES,
  type V2Features,
  type V2State,
  v2StateNumber,
  v2StateOf,
  v2States,
} from '../../vfio/index.ts'
export {
  arcsOf,
  dataFdOf,
  nextHop,
  path,
  type RefusalReason,
  RefusedRequest,
  refusalOf,
} from './hops.ts'
