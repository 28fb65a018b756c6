import {
  atLeast,
  bit,
  bits,
  bytes,
  field,
  optional,
  struct,
  subtract,
  text,
  u16,
  u32,
  u64,
  wideRest,
} from '../../layout/index.ts'

const SOURCE = 'QEMU docs/interop/qcow2.rst'

/** The first 72 bytes of an image, those of version 2. */
export const qcow2Header = struct(
  'qcow2-header',
  {
    magic: u32.is(0x514649fb).doc('"QFI" and 0xfb'),
    version: u32,
    backingFileOffset: u64,
    backingFileSize: u32,
    clusterBits: u32.doc('a cluster has 1 << clusterBits bytes'),
    size: u64.doc('bytes of the disk'),
    cryptMethod: u32,
    l1Size: u32.doc('entries of the active L1 table'),
    l1TableOffset: u64,
    refcountTableOffset: u64,
    refcountTableClusters: u32,
    snapshotCount: u32,
    snapshotsOffset: u64,
  },
  { title: 'Header of a qcow2 image', source: SOURCE, byteOrder: 'big' },
)

/** What version 3 adds at offset 72, as far as it bears on reading. */
export const qcow2Features = struct(
  'qcow2-features',
  {
    incompatible: bits(u64, {
      dirty: bit(0),
      corrupt: bit(1),
      externalData: bit(2),
      compressionType: bit(3),
      extendedL2: bit(4),
      reserved: wideRest(),
    }),
  },
  { title: 'Features of a qcow2 image', source: SOURCE, byteOrder: 'big' },
)

/** An entry of the snapshot table, without the padding to a multiple of 8. */
export const qcow2Snapshot = struct(
  'qcow2-snapshot',
  {
    l1TableOffset: u64,
    l1Size: u32,
    idLength: u16,
    nameLength: u16,
    seconds: u32.doc('when it was taken, since 1970'),
    nanoseconds: u32,
    guestClock: u64.doc('ns that the guest had run'),
    shortVmStateSize: u32.doc('bytes of VM state, where the extra data does not say it'),
    extraLength: u32,
    vmStateSize: optional(atLeast('extraLength', 8), u64.doc('bytes of VM state')),
    diskSize: optional(atLeast('extraLength', 16), u64.doc('bytes of the disk when it was taken')),
    extra: optional(atLeast('extraLength', 17), bytes(subtract('extraLength', 16))),
    id: text(field('idLength')),
    name: text(field('nameLength')),
  },
  { title: 'Snapshot in a qcow2 image', source: SOURCE, byteOrder: 'big' },
)
