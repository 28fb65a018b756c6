import * as generated from '../../generated/vf-state/nvme/migration-command.js'
import { codec, structureFormat, type Value } from '../../layout/index.ts'
import { nvmeMigrationCommand } from './migration-command.layout.ts'

export type NvmeMigrationCommand = Value<typeof nvmeMigrationCommand>

export const nvmeMigrationCommandCodec = codec(nvmeMigrationCommand, generated.nvmeMigrationCommand)
export const nvmeMigrationCommandFormat = structureFormat({ codec: nvmeMigrationCommandCodec })
