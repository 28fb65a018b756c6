import { bytes, enumeration, equals, optional, struct, u32, u64 } from '../../layout/index.ts'

/** Low halves of the tags; all have ones in the high half. */
export const TAGS = {
  4010803201: 'END_OF_STATE',
  4010803202: 'DEV_CONFIG_STATE',
  4010803203: 'DEV_SETUP_STATE',
  4010803204: 'DEV_DATA_STATE',
} as const

/** A record of the device section that QEMU had for this interface. */
export const vfioStateRecord = struct(
  'simulated-vfio-state-record',
  {
    high: u32.is(0xffffffff),
    tag: enumeration(u32, TAGS),
    size: optional(equals('tag', 0xef100004), u64.doc('bytes of data')),
    data: optional(equals('tag', 0xef100004), bytes('size')),
  },
  { title: 'Record of a VFIO device section', source: 'QEMU 5.2 hw/vfio/migration.c', byteOrder: 'big' },
)
