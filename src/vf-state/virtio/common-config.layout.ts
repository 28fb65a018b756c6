import { type IntType, struct, u8, u16, u32, u64 } from '../../layout/index.ts'

/** A field of struct virtio_pci_common_cfg. */
interface CommonField {
  /** Byte in the structure, by which a device part names it. */
  readonly offset: number
  readonly name: string
  readonly type: IntType
}

const fixed = (type: IntType<number>, what: string) =>
  type.agrees(
    'equal',
    `The destination device does not take another ${what}: it verifies what drivers only read (virtio 1.4, VIRTIO_ADMIN_CMD_DEV_PARTS_SET).`,
  )

/** Every field of the common configuration, once. */
export const COMMON_FIELDS: readonly CommonField[] = [
  { offset: 0, name: 'deviceFeatureSelect', type: u32 },
  { offset: 4, name: 'deviceFeature', type: u32.asHex() },
  { offset: 8, name: 'driverFeatureSelect', type: u32 },
  { offset: 12, name: 'driverFeature', type: u32.asHex() },
  { offset: 16, name: 'configMsixVector', type: u16.doc('0xffff: none').asHex() },
  { offset: 18, name: 'numQueues', type: fixed(u16, 'number of queues') },
  { offset: 20, name: 'deviceStatus', type: u8.asHex() },
  { offset: 21, name: 'configGeneration', type: u8 },
  { offset: 22, name: 'queueSelect', type: u16 },
  { offset: 24, name: 'queueSize', type: u16 },
  { offset: 26, name: 'queueMsixVector', type: u16.doc('0xffff: none').asHex() },
  { offset: 28, name: 'queueEnable', type: u16 },
  { offset: 30, name: 'queueNotifyOff', type: u16 },
  { offset: 32, name: 'queueDesc', type: u64.asHex() },
  { offset: 40, name: 'queueDriver', type: u64.asHex() },
  { offset: 48, name: 'queueDevice', type: u64.asHex() },
  { offset: 56, name: 'queueNotifConfigData', type: u16 },
  { offset: 58, name: 'queueReset', type: u16 },
  { offset: 60, name: 'adminQueueIndex', type: fixed(u16, 'index of the first administration queue') },
  { offset: 62, name: 'adminQueueNum', type: fixed(u16, 'number of administration queues') },
]

const kebab = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/** A structure that holds one of the fields. */
export const commonFieldStruct = ({ name, type }: CommonField) =>
  struct(
    `virtio-common-${kebab(name)}`,
    { [name]: type },
    { title: 'Field of the common configuration', source: 'virtio 1.4, struct virtio_pci_common_cfg' },
  )
