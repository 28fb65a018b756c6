export * from './as-seen-by/index.ts'
export type { PciOptions } from './capability.ts'
export * from './config-space/index.ts'
export { vfMigrationStatesFormat, vfRoutingIds } from './extended/index.ts'
export {
  type Bar,
  barAddress,
  barsOf,
  decodeBars,
  headerType0Codec,
  headerType1Codec,
  headerType2Codec,
  headerUnknownCodec,
} from './header.ts'
export { type BridgeMigration, bridgeMigrationCodec } from './legacy/bridge-migration.ts'
export { type Migration2015, migration2015Codec } from './legacy/migration-2015.ts'
export { isMsi, type Msi, msiAddress, msiData } from './legacy/msi.ts'
export { msixVectors, pendingBytes } from './legacy/msix.ts'
export { findLegacyCapability, findMsixState, type MsixState } from './legacy/space.ts'
export {
  decodeMessage,
  describeMessage,
  destinationOf,
  encodeMessage,
  type Message,
  messageProblem,
  remappingIndexOf,
} from './message.ts'
export {
  isMsixEntry,
  type MsixEntry,
  type MsixPba,
  msixEntryCodec,
  msixEntryFormat,
  msixPbaCodec,
  msixPbaFormat,
  msixTableCodec,
  msixTableFormat,
  pbaOptions,
} from './msix.ts'
export { checkMsixTable, isPending, type MsixControl, msixTableCodes, pendingVectors } from './msix-rules.ts'
export { vpdFormat } from './vpd.ts'
export { keywordsOf, type Vpd, vpdCodec } from './vpd-resources.ts'
