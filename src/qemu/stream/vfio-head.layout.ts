import { enumeration, equals, optional, struct, u32, u64 } from '../../layout/index.ts'
import { TAG_ONES, VFIO_TAGS } from '../vfio/record.layout.ts'

const DATA = 0xef100004

/** A record of a VFIO device's section, without the data that follows. */
export const vfioRecordHead = struct(
  'qemu-vfio-record-head',
  {
    high: u32.is(TAG_ONES).doc('high half of the tag'),
    tag: enumeration(u32, VFIO_TAGS).doc('low half of the tag'),
    size: optional(equals('tag', DATA), u64.doc('bytes of data')),
  },
  { title: 'Head of a VFIO record', source: 'QEMU 5.2 and later, hw/vfio/migration.c', byteOrder: 'big' },
)
