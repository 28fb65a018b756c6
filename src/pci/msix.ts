import * as generated from '../generated/pci/msix.js'
import { type CodecOptions, codec, completeOptions, type Format, structureFormat, type Value } from '../layout/index.ts'
import { msixEntry, msixPba, msixTable } from './msix.layout.ts'
import { checkPendingBits, msixTableCodes, pbaCodes } from './msix-rules.ts'

export const msixEntryCodec = codec(msixEntry, generated.msixEntry)
export const msixTableCodec = codec(msixTable, generated.msixTable)
export const msixPbaCodec = codec(msixPba, generated.msixPba)

export type MsixEntry = Value<typeof msixEntry>
export type MsixPba = Value<typeof msixPba>

export const msixEntryFormat = structureFormat({ codec: msixEntryCodec })
/** The rules of a table need its capability: see `checkMsixTable`. */
export const msixTableFormat = structureFormat({ codec: msixTableCodec, codes: msixTableCodes.entries })

const pba = structureFormat({ codec: msixPbaCodec, codes: pbaCodes.entries })

export const msixPbaFormat: Format<MsixPba> = {
  ...pba,
  inspect(input, given) {
    const inspection = pba.inspect(input, given)
    const vectors = Number(completeOptions(pba.options, given).vectors)
    if (inspection.value === undefined || vectors === 0) return inspection
    const { pending } = inspection.value
    checkPendingBits(pending, vectors, (code, message, path) => {
      const place = { offset: Math.floor(vectors / 8), length: pending.length - Math.floor(vectors / 8), path }
      inspection.findings.push(pbaCodes.finding(code, message, place))
    })
    return inspection
  },
}

/** Options of the codec for a table of so many vectors. */
export function pbaOptions(vectors: number): CodecOptions {
  return { parameters: { vectors } }
}
