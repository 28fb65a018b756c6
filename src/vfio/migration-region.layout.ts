import { bit, bits, reserved, rest, struct, u32, u64 } from '../layout/index.ts'

const SOURCE =
  'VFIO migration series v8 (KABI header), as used by vendor ops RFC v1 to v3 of December 2019 to February 2020'

/** Type and subtype of the region. */
export const MIGRATION_REGION = { type: 3, subtype: 1 } as const

const parameters = {
  region: { meaning: 'bytes of the whole region, header and data; 0: not known', default: 0 },
} as const

const common = {
  deviceState: bits(u32, {
    running: bit(0),
    saving: bit(1),
    resuming: bit(2),
    reserved: rest().doc('kept as it is by whoever writes the others'),
  }).doc('0 stopped, 1 running, 2 stop-and-copy, 3 pre-copy, 4 resuming'),
  reserved: reserved(4),
  pendingBytes: u64.doc('bytes still to be read'),
  dataOffset: u64.asHex().doc('where the data starts, from the start of the region'),
  dataSize: u64.doc('bytes staged there'),
}

/** 64 bytes, packed; fields are accessed in their own width and alignment. */
export const migrationRegionV8 = struct(
  'vfio-migration-region-v8',
  {
    ...common,
    startPfn: u64.doc('dirty query: first page frame, written'),
    pageSize: u64.doc('dirty query: bytes of a page, written'),
    totalPfns: u64.doc('dirty query: pages asked for, written'),
    copiedPfns: u64.doc('0: none is dirty; all ones: all are; else pages whose bits stand in the data area'),
  },
  { title: 'Migration region header with dirty query (v8)', source: SOURCE, parameters },
)

/** 32 bytes: dirty pages are asked for at the container. */
export const migrationRegionV4 = struct('vfio-migration-region-v4', common, {
  title: 'Migration region header of vendor ops v4 and of VFIO migration v1',
  source:
    'Yan Zhao, RFC v4, Introduce vendor ops in vfio-pci, 18 May 2020; VFIO migration series v17; linux/vfio.h struct vfio_device_migration_info of Linux 5.8 to 5.17',
  parameters,
})
