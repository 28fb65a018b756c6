import * as headers from '../generated/stream/header.js'
import * as payloads from '../generated/stream/payload.js'
import * as records from '../generated/stream/record.js'
import { codec } from '../layout/index.ts'
import { recordHeader, streamFileHeader } from './header.layout.ts'
import * as layouts from './payload.layout.ts'
import { streamFile, streamRecord } from './record.layout.ts'

export const streamFileHeaderCodec = codec(streamFileHeader, headers.streamFileHeader)
export const recordHeaderCodec = codec(recordHeader, headers.recordHeader)
export const streamRecordCodec = codec(streamRecord, records.streamRecord)
export const streamFileCodec = codec(streamFile, records.streamFile)
export const devicePayloadCodec = codec(layouts.devicePayload, payloads.devicePayload)
export const endPayloadCodec = codec(layouts.endPayload, payloads.endPayload)
export const indexEntryCodec = codec(layouts.indexEntry, payloads.indexEntry)
