import { integer, oneOf, optional, text } from './field.ts'
import { device, kind } from './kind.ts'

/** What logs of QEMU tell besides what happens to a device. */
export const logKinds = {
  'device-named': kind('a device gets its number in this trace', {
    name: text('address, path or UUID by which the log names it'),
    device,
  }),
  'migration-status': kind('the migration is in another phase', { status: text('in the words of QMP') }),
  'transfer-status': kind('how far the migration is', {
    transferred: optional(integer('bytes sent')),
    remaining: optional(integer('bytes to be sent')),
    dirtyPagesRate: optional(integer('pages that become dirty in a second')),
    bandwidth: optional(integer('bits a second')),
    vfioTransferred: optional(integer('bytes of VFIO devices sent')),
  }),
  'stream-section': kind('a section of the migration stream begins or ends', {
    action: oneOf(['begin', 'end'], 'which of the two'),
    section: integer('number of the section'),
    name: optional(text('of the device')),
    type: optional(integer('section type byte: 1 START, 2 PART, 3 END, 4 FULL')),
    result: optional(integer('0; anything else: it failed')),
  }),
  'stream-record': kind('a record of a VFIO device in the migration stream is written or read', {
    tag: text('its name in QEMU, such as DEV_DATA_STATE; a hexadecimal number where it has none'),
    bytes: optional(integer('bytes of data in it')),
    device,
  }),
  'stream-packet': kind('a packet passes on a multifd channel', {
    channel: integer('number of the channel'),
    packet: integer('number of the packet'),
    flags: optional(integer('its flags')),
    bytes: optional(integer('bytes of device state that follow it')),
  }),
  'stream-command': kind('a command of the migration stream is written or read', {
    command: text('its name in QEMU'),
    bytes: optional(integer('bytes of its argument')),
  }),
  'switchover-ack': kind('the destination has the initial data of a device, or of all', {
    pending: integer('devices that are still missing'),
    device,
  }),
} as const
