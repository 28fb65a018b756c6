import * as generated from '../../generated/qemu/stream/vfio-head.js'
import { codec } from '../../layout/index.ts'
import { vfioRecordHead } from './vfio-head.layout.ts'

export const vfioRecordHeadCodec = codec(vfioRecordHead, generated.vfioRecordHead)
