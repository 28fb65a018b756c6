import * as generated from '../../generated/pci/extended/vf-migration-states.js'
import { codec, structureFormat } from '../../layout/index.ts'
import { vfMigrationStates } from './vf-migration-states.layout.ts'

export const vfMigrationStatesCodec = codec(vfMigrationStates, generated.vfMigrationStates)

/** Any bytes could be such an array, so it is never detected, only chosen by name. */
export const vfMigrationStatesFormat = structureFormat({ codec: vfMigrationStatesCodec })
