import {
  bit,
  bits,
  bytes,
  enumeration,
  equals,
  optional,
  reserved,
  rest,
  struct,
  u32,
  u64,
} from '../../layout/index.ts'

/** Low halves of the tags; all have ones in the high half. */
export const TAGS = {
  4010803201: 'END_OF_STATE',
  4010803202: 'DEV_CONFIG_STATE',
  4010803203: 'DEV_SETUP_STATE',
  4010803204: 'DEV_DATA_STATE',
  4010803205: 'DEV_INIT_DATA_SENT',
} as const

/** A record of the device section of QEMU's vfio-pci. The body of DEV_CONFIG_STATE, which has no length, follows it. */
export const vfioStateRecord = struct(
  'simulated-vfio-state-record',
  {
    high: u32.is(0xffffffff),
    tag: enumeration(u32, TAGS),
    size: optional(equals('tag', 0xef100004), u64.doc('bytes of data')),
    data: optional(equals('tag', 0xef100004), bytes('size')),
  },
  { title: 'Record of a VFIO device section', source: 'QEMU 5.2 and later, hw/vfio/migration.c', byteOrder: 'big' },
)

/** What follows DEV_CONFIG_STATE, up to the MSI-X table with its pending bits. */
export const vfioPciState = struct(
  'simulated-vfio-pci-state',
  {
    version: u32.is(2),
    config: bytes(4096),
    interrupts: reserved(16).doc('state of the four INTx lines'),
  },
  { title: 'PCI state of a VFIO device', source: 'QEMU hw/pci/pci.c, vmstate_pci_device', byteOrder: 'big' },
)

/** What the simulated driver gives as its state: records as those of mlx5. */
export const deviceRecord = struct(
  'simulated-device-record',
  {
    size: u64.doc('bytes of payload'),
    flags: bits(u32, { optional: bit(0).doc('who does not know the tag skips the record'), reserved: rest() }),
    tag: enumeration(u32, { 0: 'FW_DATA', 1: 'STOP_COPY_SIZE' }),
    payload: bytes('size').doc('an image of the device, or the expected bytes of the last one'),
  },
  { title: 'Record of the state of a device', source: 'Linux drivers/vfio/pci/mlx5/cmd.h', evidence: 'derived' },
)
