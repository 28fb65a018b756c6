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
export const designPayloadCodec = codec(layouts.designPayload, payloads.designPayload)
export const blobPayloadCodec = codec(layouts.blobPayload, payloads.blobPayload)
export const memoryRegionPayloadCodec = codec(layouts.memoryRegionPayload, payloads.memoryRegionPayload)
export const dirtyBitmapPayloadCodec = codec(layouts.dirtyBitmapPayload, payloads.dirtyBitmapPayload)
export const memoryPagesPayloadCodec = codec(layouts.memoryPagesPayload, payloads.memoryPagesPayload)
export const transitionPayloadCodec = codec(layouts.transitionPayload, payloads.transitionPayload)
export const irqPayloadCodec = codec(layouts.irqPayload, payloads.irqPayload)
export const tracePayloadCodec = codec(layouts.tracePayload, payloads.tracePayload)
export const vendorPayloadCodec = codec(layouts.vendorPayload, payloads.vendorPayload)
export const notePayloadCodec = codec(layouts.notePayload, payloads.notePayload)
