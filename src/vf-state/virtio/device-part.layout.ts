import {
  add,
  array,
  bit,
  bits,
  bytes,
  choice,
  type Expression,
  either,
  enumeration,
  equals,
  field,
  framed,
  optional,
  parameter,
  remaining,
  reserved,
  rest,
  type StructType,
  struct,
  u8,
  u16,
  u32,
  u64,
  upTo,
  when,
} from '../../layout/index.ts'
import { COMMON_FIELDS, commonFieldStruct } from './common-config.layout.ts'

const SOURCE = 'virtio 1.4, device-parts.tex and device-types/net/description.tex; linux/virtio_pci.h'
const facts = { source: SOURCE } as const

/** Bytes of a part in front of its value. */
export const PART_HEADER = 16

/** Numbers of the types of parts that the specification names; 0x200 is that of network devices. */
export const PART = {
  deviceFeatures: 0x100,
  driverFeatures: 0x101,
  pciCommonConfig: 0x102,
  deviceStatus: 0x103,
  queueConfig: 0x104,
  queueNotifyConfig: 0x105,
  controlConfig: 0x200,
} as const

const is = (type: number): Expression => equals(parameter('type'), type)
const isCommon = is(PART.pciCommonConfig)
const isQueue = either(is(PART.queueConfig), is(PART.queueNotifyConfig))
const isControl = is(PART.controlConfig)
const isPlain = either(is(PART.deviceFeatures), either(is(PART.driverFeatures), is(PART.deviceStatus)))
const isKnown = either(isCommon, either(isQueue, either(isControl, isPlain)))

/** What a part is about, as its type needs it: 8 bytes. */
const selector = struct(
  'virtio-part-selector',
  {
    offset: optional(isCommon, u32.doc('byte of the field in the common configuration')),
    index: optional(isQueue, u16.doc('virtqueue')),
    class: optional(
      isControl,
      enumeration(u8, {
        0: 'RX',
        1: 'MAC',
        2: 'VLAN',
        3: 'ANNOUNCE',
        4: 'MQ',
        5: 'GUEST_OFFLOADS',
        6: 'NOTF_COAL',
        7: 'HASH_TUNNEL',
        8: 'STATS',
      }).doc('class of the control queue command that configured the device'),
    ),
    command: optional(isControl, u8.doc('command of that class')),
    reserved: reserved(when(isCommon, 4, when(either(isQueue, isControl), 6, when(isPlain, 8, 0)))),
    raw: optional(equals(isKnown, 0), bytes(8).doc('as the type of device has it')),
  },
  { title: 'Selector', ...facts, parameters: { type: { meaning: 'type of the part', default: 0 } } },
)

/** Fields of a part without its value. */
const header = {
  type: enumeration(u16, {
    [PART.deviceFeatures]: 'DEV_FEATURES',
    [PART.driverFeatures]: 'DRV_FEATURES',
    [PART.pciCommonConfig]: 'PCI_COMMON_CFG',
    [PART.deviceStatus]: 'DEVICE_STATUS',
    [PART.queueConfig]: 'VQ_CFG',
    [PART.queueNotifyConfig]: 'VQ_NOTIFY_CFG',
    [PART.controlConfig]: 'CVQ_CFG',
  }),
  flags: bits(u8, { optional: bit(0).doc('a device may do without the part'), reserved: rest() }),
  reserved: reserved(1),
  selector: selector.withParameters({ type: field('type') }),
  length: u32.doc('bytes of the value'),
} as const

/** A part without its value, as the metadata commands list it. */
export const devicePartHeader = struct('virtio-device-part-header', header, {
  title: 'Header of a virtio device part',
  ...facts,
})

const deviceFeatures = struct(
  'virtio-part-device-features',
  {
    featureBits: array(
      u64
        .asHex()
        .agrees(
          'equal',
          'The destination device verifies that the features are its own and fails VIRTIO_ADMIN_CMD_DEV_PARTS_SET otherwise (virtio 1.4); the write to the data file fails: drivers/vfio/pci/virtio/migrate.c, virtiovf_resume_write.',
        ),
      'to-end',
    ),
  },
  { title: 'Features that the device offers', ...facts },
)

const driverFeatures = struct(
  'virtio-part-driver-features',
  { featureBits: array(u64.asHex(), 'to-end') },
  { title: 'Features that the driver took', ...facts },
)

const deviceStatus = struct(
  'virtio-part-device-status',
  {
    deviceStatus: bits(u8, {
      acknowledge: bit(0),
      driver: bit(1),
      driverOk: bit(2),
      featuresOk: bit(3),
      suspend: bit(4),
      deviceNeedsReset: bit(6),
      failed: bit(7),
      reserved: rest(),
    }),
  },
  { title: 'Device status', ...facts },
)

const queueConfig = struct(
  'virtio-part-vq-config',
  {
    queueSize: u16.doc('descriptors'),
    vector: u16.asHex().doc('MSI-X vector; 0xffff: none'),
    enabled: u16,
    reserved: reserved(2),
    queueDesc: u64.asHex().doc('guest physical address of the descriptors'),
    queueDriver: u64.asHex().doc('guest physical address of the driver area'),
    queueDevice: u64.asHex().doc('guest physical address of the device area'),
  },
  { title: 'Virtqueue configuration', ...facts },
)

const queueNotifyConfig = struct(
  'virtio-part-vq-notify-config',
  { queueNotifyOff: u16, queueNotifConfigData: u16, reserved: reserved(4) },
  { title: 'Virtqueue notification configuration', ...facts },
)

/** Added to the offset of a field of the common configuration, so that each field has a case of its own. */
const COMMON = 0x10000

const commonFields: Record<number, StructType> = Object.fromEntries(
  COMMON_FIELDS.map((one) => [COMMON + one.offset, commonFieldStruct(one)]),
)

/** A part: a value that runs past the end of the parts has the bytes that are there. */
export const devicePart = struct(
  'virtio-device-part',
  {
    ...header,
    value: framed(
      upTo('length'),
      choice(
        when(equals('type', PART.pciCommonConfig), add('selector.offset', COMMON), 'type'),
        {
          [PART.deviceFeatures]: deviceFeatures,
          [PART.driverFeatures]: driverFeatures,
          [PART.deviceStatus]: deviceStatus,
          [PART.queueConfig]: queueConfig,
          [PART.queueNotifyConfig]: queueNotifyConfig,
          ...commonFields,
        },
        bytes(remaining),
      ),
    ),
  },
  { title: 'Virtio device part', ...facts },
)
