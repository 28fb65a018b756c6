import * as generated from '../../generated/vf-state/virtio/record.js'
import { codec } from '../../layout/index.ts'
import { virtioRecordHeader } from './record.layout.ts'

export const virtioRecordHeaderCodec = codec(virtioRecordHeader, generated.virtioRecordHeader)
