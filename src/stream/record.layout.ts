import {
  alignUp,
  array,
  atLeast,
  bytes,
  choice,
  either,
  field,
  framed,
  remaining,
  reserved,
  struct,
  subtract,
  when,
} from '../layout/index.ts'
import { recordHeader, SOURCE, streamFileHeader } from './header.layout.ts'
import * as payload from './payload.layout.ts'

const LENGTH = field('header.length')
/** What a chunk that only continues a part, and compressed bytes, are taken for: nothing in particular. */
const RAW = 0x8000

/** A record: header, payload, and zero bytes up to a multiple of 8. */
export const streamRecord = struct(
  'migration-stream-record',
  {
    header: recordHeader,
    payload: framed(
      LENGTH,
      choice(
        when(either(field('header.flags.deflated'), atLeast('header.chunk', 1)), RAW, 'header.kind.type'),
        {
          1: payload.devicePayload,
          2: payload.designPayload,
          6: payload.blobPayload,
          7: payload.blobPayload,
          8: payload.blobPayload,
          9: payload.blobPayload,
          10: payload.blobPayload,
          11: payload.memoryRegionPayload,
          12: payload.dirtyBitmapPayload,
          13: payload.memoryPagesPayload,
          14: payload.transitionPayload,
          15: payload.irqPayload,
          16: payload.tracePayload,
          17: payload.vendorPayload,
          18: payload.notePayload,
          19: payload.indexPayload,
          20: payload.endPayload,
        },
        bytes(remaining),
      ),
    ),
    padding: reserved(subtract(alignUp(LENGTH, 8), LENGTH)),
  },
  { title: 'Record of a migration stream', source: SOURCE, evidence: 'proposed' },
)

/** A sound stream from its first byte to its last: what the Kaitai description is made from. */
export const streamFile = struct(
  'migration-stream-file',
  { header: streamFileHeader, records: array(streamRecord, 'to-end') },
  { title: 'Migration stream', source: SOURCE, evidence: 'proposed' },
)
