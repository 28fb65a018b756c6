import * as generated from '../generated/qemu/vfio-record.js'
import { codec } from '../layout/index.ts'
import { VFIO_TAGS, vfioPciState, vfioRecord } from './vfio-record.layout.ts'

export const vfioRecordCodec = codec(vfioRecord, generated.vfioRecord)
export const vfioPciStateCodec = codec(vfioPciState, generated.vfioPciState)

/** A tag by the name that QEMU gives it. */
export type VfioTag = (typeof VFIO_TAGS)[keyof typeof VFIO_TAGS]

/** Numbers of the tags as QEMU traces them, `0xffffffffef100001` and so on, with their names. */
export const vfioTagsByText: ReadonlyMap<string, string> = new Map(
  Object.entries(VFIO_TAGS).map(([low, name]) => [`0xffffffff${Number(low).toString(16)}`, name]),
)
