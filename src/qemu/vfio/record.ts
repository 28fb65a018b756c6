import * as generated from '../../generated/qemu/vfio/record.js'
import { codec } from '../../layout/index.ts'
import { TAG_ONES, VFIO_TAGS, vfioRecord, vfioRecordHead } from './record.layout.ts'

export const vfioRecordHeadCodec = codec(vfioRecordHead, generated.vfioRecordHead)
export const vfioRecordCodec = codec(vfioRecord, generated.vfioRecord)

/** A tag by the name that QEMU gives it. */
export type VfioTag = (typeof VFIO_TAGS)[keyof typeof VFIO_TAGS]

/** Bytes of a tag; DEV_DATA_STATE has as many again for its length. */
export const VFIO_TAG_SIZE = 8

const tagsByLow: Readonly<Record<number, VfioTag>> = VFIO_TAGS

/** The tag at a place, big-endian as all of QEMU's framing; a number where QEMU knows none. */
export function vfioTagAt(view: DataView, at: number): VfioTag | bigint {
  const tag = view.getUint32(at) === TAG_ONES ? tagsByLow[view.getUint32(at + 4)] : undefined
  return tag ?? view.getBigUint64(at)
}

/** Numbers of the tags as QEMU traces them, `0xffffffffef100001` and so on, with their names. */
export const vfioTagsByText: ReadonlyMap<string, string> = new Map(
  Object.entries(VFIO_TAGS).map(([low, name]) => [`0xffffffff${Number(low).toString(16)}`, name]),
)
