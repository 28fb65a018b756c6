import * as generated from '../generated/pci/msix.js'
import {
  type CodecOptions,
  codec,
  completeOptions,
  type Format,
  type OptionMap,
  placeOf,
  structureFormat,
  toBytes,
  type Value,
} from '../layout/index.ts'
import { msixEntry, msixPba, msixTable } from './msix.layout.ts'
import { checkMsixTable, checkPendingBits, type MsixControl, msixTableCodes, pbaCodes } from './msix-rules.ts'

export const msixEntryCodec = codec(msixEntry, generated.msixEntry)
export const msixTableCodec = codec(msixTable, generated.msixTable)
export const msixPbaCodec = codec(msixPba, generated.msixPba)

export type MsixTable = Value<typeof msixTable>
export type MsixEntry = Value<typeof msixEntry>
export type MsixPba = Value<typeof msixPba>

/** Whether a part of a decoded value has the members of a table entry. */
export function isMsixEntry(part: object): part is MsixEntry {
  return Object.keys(msixEntry.fields).every((name) => name in part)
}

export const msixEntryFormat = structureFormat({ codec: msixEntryCodec })
const table = structureFormat({ codec: msixTableCodec, codes: msixTableCodes.entries })

/** What stands in the capability: a table alone does not say whether its messages are sent. */
const tableOptions = {
  enabled: {
    kind: 'flag',
    default: false,
    meaning: 'MSI-X Enable of the capability: judge the messages as being sent',
  },
  functionMask: { kind: 'flag', default: false, meaning: 'Function Mask of the capability' },
  x86: { kind: 'flag', default: true, meaning: 'messages are those of an x86 machine without AMD interrupt remapping' },
} as const satisfies OptionMap

export const msixTableFormat: Format<MsixTable> = {
  ...table,
  options: tableOptions,
  inspect(input, given) {
    const control = completeOptions(tableOptions, given) as unknown as Required<MsixControl>
    const inspection = table.inspect(input)
    checkMsixTable(inspection.value?.entries ?? [], undefined, control, (code, message, path, more) => {
      const place = placeOf(msixTable, path) ?? { offset: 0, length: toBytes(input).length }
      inspection.findings.push(msixTableCodes.finding(code, message, { ...place, path, ...more }))
    })
    return inspection
  },
  decode: (input) => table.decode(input),
  encode: (value) => table.encode(value),
  fields: (input) => table.fields(input),
  fromJson: (json) => table.fromJson(json),
}

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
