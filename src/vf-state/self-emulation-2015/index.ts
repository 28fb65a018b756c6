export { CONTAINER_FLAGS, CONTAINER_SECTION } from './container.layout.ts'
export {
  type ContainerBody,
  containerBlobCodec,
  containerCodes,
  containerFormat,
  containerHeadCodec,
  containerVectorsCodec,
} from './container.ts'
export {
  type Descriptor,
  type DescriptorForm,
  type Direction,
  descriptorCodecs,
  formOf,
  isDone,
  rxReadFormat,
  rxWriteBackFormat,
  txContextFormat,
  txReadFormat,
  txWriteBackFormat,
} from './descriptors.ts'
export { MAILBOX_WORDS, NOTIFY_RESUME } from './mailbox.layout.ts'
export {
  type MailboxMessage,
  type MailboxWord,
  mailboxCodes,
  mailboxMessageCodec,
  mailboxMessageFormat,
  mailboxWordCodec,
  mailboxWordFormat,
} from './mailbox.ts'
export { MIGRATION_STATUS_OFFSET } from './migration-status.layout.ts'
export {
  checkMigrationStatus,
  type MigrationStatus2015,
  migrationStatusCodec,
  migrationStatusCodes,
  migrationStatusFormat,
} from './migration-status.ts'
export {
  RECORDED_ELEMENTS,
  type RecordedRegisters,
  recordedRegistersCodes,
  recordedRegistersFormat,
  type StrayElement,
} from './recorded-registers.ts'
export { type IxgbevfRegisterDump, ixgbevfRegisterDumpCodec, ixgbevfRegisterDumpFormat } from './register-dump.ts'
export { MOST_QUEUES, REGISTER_SPACE } from './registers.layout.ts'
export {
  headRegisters,
  type IxgbevfRegisters,
  isHeadRegister,
  ixgbevfRegistersCodec,
  ixgbevfRegistersFormat,
  type RegisterPlace,
  registerOffset,
  restoreOrder,
} from './registers.ts'
export { type DescriptorRing, descriptorRingFormat } from './ring.ts'
export {
  type StateInPf,
  type StateInPfA,
  type StateInPfB,
  type StateInPfC,
  type StateInPfVariant,
  stateInPfCodecs,
  stateInPfFormat,
  variantOf,
} from './state-in-pf.ts'
export { stateInPfCodes } from './state-in-pf-rules.ts'
