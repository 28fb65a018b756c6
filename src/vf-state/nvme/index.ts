export { type NvmeControllerState, nvmeControllerStateCodec, nvmeControllerStateFormat } from './controller-state.ts'
export {
  type NvmeMigrationCommand,
  nvmeMigrationCommandCodec,
  nvmeMigrationCommandFormat,
} from './migration-command.ts'
