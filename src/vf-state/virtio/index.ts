export {
  type AdminCommand,
  type AdminResult,
  adminCommandCodec,
  adminCommandFormat,
  adminResultCodec,
  adminResultFormat,
} from './admin-command.ts'
export { type DevicePart, type DeviceParts, devicePartCodec, devicePartsFormat } from './device-parts.ts'
export { virtioRecordHeaderCodec } from './record.ts'
export { type VirtioRecord, type VirtioState, virtioStateFormat } from './state.ts'
