import {
  add,
  array,
  bit,
  bits,
  bytes,
  choice,
  enumeration,
  equals,
  framed,
  parameter,
  remaining,
  reserved,
  rest,
  struct,
  u8,
  u16,
  u32,
  u64,
  when,
} from '../../layout/index.ts'
import { devicePart, devicePartHeader } from './device-part.layout.ts'

const facts = {
  source: 'virtio 1.4, admin.tex, admin-cmds-device-parts.tex and admin-cmds-resource-objects.tex; linux/virtio_pci.h',
} as const

/** Numbers of the commands that have a description. */
const ADMIN_OPCODE = {
  objectCreate: 0x0a,
  objectDestroy: 0x0d,
  metadataGet: 0x0e,
  partsGet: 0x0f,
  partsSet: 0x10,
  modeSet: 0x11,
} as const

/** Kinds of metadata, in command and option. */
const METADATA = { size: 0, count: 1, list: 2 } as const

const object = struct(
  'virtio-admin-object',
  {
    type: enumeration(u16, { 0: 'DEV_PARTS' }),
    reserved: reserved(2),
    id: u32.doc('chosen by the driver that creates the object'),
  },
  { title: 'Resource object of an administration command', ...facts },
)

const creation = struct(
  'virtio-admin-object-create',
  {
    object,
    flags: u64.asHex().doc('reserved, 0'),
    data: choice(
      'object.type',
      {
        0: struct(
          'virtio-admin-dev-parts-object',
          { use: enumeration(u8, { 0: 'GET', 1: 'SET' }), reserved: reserved(7) },
          { title: 'Device parts object', ...facts },
        ),
      },
      bytes(remaining),
    ),
  },
  { title: 'RESOURCE_OBJ_CREATE', ...facts },
)

const destruction = struct('virtio-admin-object-destroy', { object }, { title: 'RESOURCE_OBJ_DESTROY', ...facts })

const metadataGet = struct(
  'virtio-admin-metadata-get',
  {
    object,
    type: enumeration(u8, { [METADATA.size]: 'SIZE', [METADATA.count]: 'COUNT', [METADATA.list]: 'LIST' }),
    reserved: reserved(7),
  },
  { title: 'DEV_PARTS_METADATA_GET', ...facts },
)

const partsGet = struct(
  'virtio-admin-parts-get',
  {
    object,
    type: enumeration(u8, { 0: 'SELECTED', 1: 'ALL' }),
    reserved: reserved(7),
    headers: array(devicePartHeader, 'to-end').doc('the parts that are wanted; none where all are'),
  },
  { title: 'DEV_PARTS_GET', ...facts },
)

const partsSet = struct(
  'virtio-admin-parts-set',
  { object, parts: array(devicePart, 'to-end') },
  { title: 'DEV_PARTS_SET', ...facts },
)

const modeSet = struct(
  'virtio-admin-mode-set',
  { flags: bits(u8, { stopped: bit(0), reserved: rest() }), padding: reserved(remaining) },
  { title: 'DEV_MODE_SET', ...facts },
)

/** The part of an administration command that the device reads. */
export const adminCommand = struct(
  'virtio-admin-command',
  {
    opcode: enumeration(u16, {
      0: 'LIST_QUERY',
      1: 'LIST_USE',
      2: 'LEGACY_COMMON_CFG_WRITE',
      3: 'LEGACY_COMMON_CFG_READ',
      4: 'LEGACY_DEV_CFG_WRITE',
      5: 'LEGACY_DEV_CFG_READ',
      6: 'LEGACY_NOTIFY_INFO',
      7: 'CAP_ID_LIST_QUERY',
      8: 'DEVICE_CAP_GET',
      9: 'DRIVER_CAP_SET',
      [ADMIN_OPCODE.objectCreate]: 'RESOURCE_OBJ_CREATE',
      [ADMIN_OPCODE.objectDestroy]: 'RESOURCE_OBJ_DESTROY',
      [ADMIN_OPCODE.metadataGet]: 'DEV_PARTS_METADATA_GET',
      [ADMIN_OPCODE.partsGet]: 'DEV_PARTS_GET',
      [ADMIN_OPCODE.partsSet]: 'DEV_PARTS_SET',
      [ADMIN_OPCODE.modeSet]: 'DEV_MODE_SET',
    }).doc('0xb and 0xc modify and query objects; the specification gives both numbers to both'),
    groupType: enumeration(u16, { 0: 'SELF', 1: 'SRIOV' }),
    reserved: reserved(12),
    groupMemberId: u64.doc('for SR-IOV: number of the VF, counted from 1'),
    data: framed(
      remaining,
      choice(
        'opcode',
        {
          [ADMIN_OPCODE.objectCreate]: creation,
          [ADMIN_OPCODE.objectDestroy]: destruction,
          [ADMIN_OPCODE.metadataGet]: metadataGet,
          [ADMIN_OPCODE.partsGet]: partsGet,
          [ADMIN_OPCODE.partsSet]: partsSet,
          [ADMIN_OPCODE.modeSet]: modeSet,
        },
        bytes(remaining),
      ),
    ),
  },
  { title: 'Virtio administration command', ...facts },
)

const sizeResult = struct(
  'virtio-admin-parts-size',
  { size: u32.doc('most bytes that the parts can have'), reserved: reserved(4) },
  { title: 'Size of the parts', ...facts },
)

const countResult = struct(
  'virtio-admin-parts-count',
  { count: u32.doc('parts that the device would list'), reserved: reserved(4) },
  { title: 'Number of parts', ...facts },
)

const listResult = struct(
  'virtio-admin-parts-list',
  { count: u32, reserved: reserved(4), headers: array(devicePartHeader, 'to-end') },
  { title: 'List of the parts', ...facts },
)

const partsResult = struct(
  'virtio-admin-parts',
  { parts: array(devicePart, 'to-end') },
  { title: 'Device parts', ...facts },
)

/** Added to a kind of metadata, so that each has a case of its own above every opcode. */
const METADATA_CASE = 0x10000

/** The part of an administration command that the device writes; what it answers is not in the bytes. */
export const adminResult = struct(
  'virtio-admin-result',
  {
    status: enumeration(u16, {
      0: 'OK',
      6: 'ENXIO',
      11: 'EAGAIN',
      12: 'ENOMEM',
      16: 'EBUSY',
      22: 'EINVAL',
      28: 'ENOSPC',
    }),
    statusQualifier: enumeration(u16, {
      0: 'OK',
      1: 'INVALID_COMMAND',
      2: 'INVALID_OPCODE',
      3: 'INVALID_FIELD',
      4: 'INVALID_GROUP',
      5: 'INVALID_MEMBER',
      6: 'NORESOURCE',
      7: 'TRYAGAIN',
    }),
    reserved: reserved(4),
    result: framed(
      remaining,
      choice(
        // A command that failed has no result.
        when(
          equals('status', 0),
          when(
            equals(parameter('opcode'), ADMIN_OPCODE.metadataGet),
            add(parameter('metadata'), METADATA_CASE),
            parameter('opcode'),
          ),
          0,
        ),
        {
          65536: sizeResult,
          65537: countResult,
          65538: listResult,
          15: partsResult,
        },
        bytes(remaining),
      ),
    ),
  },
  {
    title: 'Result of a virtio administration command',
    ...facts,
    parameters: {
      opcode: { meaning: 'opcode of the command that is answered', default: ADMIN_OPCODE.partsGet },
      metadata: { meaning: 'for opcode 0xe: 0 size, 1 count, 2 list', default: METADATA.size },
    },
  },
)
