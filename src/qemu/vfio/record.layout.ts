import { bytes, enumeration, equals, optional, struct, u32, u64 } from '../../layout/index.ts'

/** Tags of a VFIO device's records by the low half of their number; the high half is all ones. */
export const VFIO_TAGS = {
  4010803201: 'END_OF_STATE',
  4010803202: 'DEV_CONFIG_STATE',
  4010803203: 'DEV_SETUP_STATE',
  4010803204: 'DEV_DATA_STATE',
  4010803205: 'DEV_INIT_DATA_SENT',
  4010803206: 'DEV_CONFIG_LOAD_READY',
} as const

/** High half of every tag. */
export const TAG_ONES = 0xffffffff
const DATA = 0xef100004

const facts = { source: 'QEMU 5.2 and later, hw/vfio/migration.c', byteOrder: 'big' } as const
const head = {
  high: u32.is(TAG_ONES).asHex().doc('high half of the tag'),
  tag: enumeration(u32, VFIO_TAGS).doc('low half of the tag'),
  size: optional(equals('tag', DATA), u64.doc('bytes of data')),
}

/** A record of the device section of QEMU's vfio-pci, without the data that follows. */
export const vfioRecordHead = struct('qemu-vfio-record-head', head, { title: 'Head of a VFIO record', ...facts })

/** A record as a whole. The body of DEV_CONFIG_STATE, which has no length, follows it. */
export const vfioRecord = struct(
  'qemu-vfio-record',
  { ...head, data: optional(equals('tag', DATA), bytes('size')) },
  { title: 'Record of a VFIO device section', ...facts },
)
