import { defineCodes } from '../../findings/index.ts'
import * as generated from '../../generated/dirty-bitmap/forms/xen-libxl.js'
import { codec, structureFormat, type Value } from '../../layout/index.ts'
import { libxlHeader, libxlRecord } from './xen-libxl.layout.ts'

export type LibxlHeader = Value<typeof libxlHeader>
export type LibxlRecord = Value<typeof libxlRecord>

export const libxlHeaderCodec = codec(libxlHeader, generated.libxlHeader)
export const libxlRecordCodec = codec(libxlRecord, generated.libxlRecord)

const VERSION = 2

export const libxlCodes = defineCodes({
  'dirty-bitmap/libxl-version': {
    severity: 'error',
    title: 'the libxl stream has an unknown version',
    explanation: 'There is only version 2; libxl refuses others.',
    source: libxlHeader.facts.source,
  },
  'dirty-bitmap/libxl-record': {
    severity: 'error',
    title: 'a record of a libxl stream is of an unknown type',
    explanation: 'libxl refuses it unless bit 31 of the type says that it may be skipped.',
    source: libxlRecord.facts.source,
  },
})

export const libxlHeaderFormat = structureFormat({
  codec: libxlHeaderCodec,
  codes: libxlCodes.entries,
  rule({ version }, report, locate) {
    if (version === VERSION) return
    const place = { ...locate(['version']), path: ['version'] }
    report(libxlCodes.finding('dirty-bitmap/libxl-version', `The version is ${version}.`, place))
  },
})

export const libxlRecordFormat = structureFormat({
  codec: libxlRecordCodec,
  codes: libxlCodes.entries,
  rule({ type }, report, locate) {
    if (typeof type === 'string' || type >= 0x80000000) return
    const place = { ...locate(['type']), path: ['type'] }
    report(libxlCodes.finding('dirty-bitmap/libxl-record', `The type is 0x${type.toString(16)}.`, place))
  },
})
