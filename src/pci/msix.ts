import * as generated from '../generated/pci/msix.js'
import { codec, structureFormat } from '../layout/index.ts'
import { msixEntry, msixTable } from './msix.layout.ts'

export const msixEntryCodec = codec(msixEntry, generated.msixEntry)
export const msixTableCodec = codec(msixTable, generated.msixTable)

export const msixEntryFormat = structureFormat({ codec: msixEntryCodec })
export const msixTableFormat = structureFormat({ codec: msixTableCodec })
