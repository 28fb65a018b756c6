import {
  bit,
  bits,
  bytes,
  choice,
  enumeration,
  reserved,
  rest,
  span,
  struct,
  u8,
  u16,
  u32,
  u64,
} from '../../layout/index.ts'

const facts = {
  source: 'NVM Express TP4159; libnvme src/nvme/types.h and ioctl.c, nvme_lm_migration_send and nvme_lm_migration_recv',
} as const

const controllerId = span(0, 15)
const uuid = bits(u32, { index: span(0, 6), reserved: rest() })
const offset = u64.asHex().doc('where in the controller state, in dwords 12 and 13')

/** Dwords 10 to 15 of Migration Send. */
const send = struct(
  'nvme-migration-send',
  {
    operation: bits(u32, {
      select: span(0, 7, { 0: 'SUSPEND', 1: 'RESUME', 2: 'SET_CONTROLLER_STATE' }),
      reserved: rest(),
      sequence: span(16, 17, { 0: 'MIDDLE', 1: 'FIRST', 2: 'LAST', 3: 'ENTIRE' }).doc(
        'of a state that is set: place of the command among those that carry it',
      ),
    }),
    target: choice(
      'operation.select',
      {
        0: bits(u32, {
          controllerId,
          type: span(16, 23, { 0: 'SUSPEND_NOTIFICATION', 1: 'SUSPEND' }),
          reserved: rest(),
          deleteQueue: bit(31).doc('the user data migration queue is deleted'),
        }),
        1: bits(u32, { controllerId, reserved: rest() }),
        2: bits(u32, { controllerId, versionIndex: span(16, 23), uuidIndex: span(24, 31) }),
      },
      u32.asHex(),
    ),
    offset,
    uuid,
    dwordCount: u32.doc('dwords of the data'),
  },
  { title: 'Migration Send', ...facts },
)

/** Dwords 10 to 15 of Migration Receive. */
const receive = struct(
  'nvme-migration-receive',
  {
    operation: bits(u32, {
      select: span(0, 7, { 0: 'GET_CONTROLLER_STATE' }),
      versionIndex: span(16, 23).doc('format of the state, from those that the controller lists'),
      reserved: rest(),
    }),
    target: bits(u32, { controllerId, uuidIndex: span(16, 23), uuidParameter: span(24, 31) }),
    offset,
    uuid,
    dwordCount: u32.doc('dwords of the data, less one'),
  },
  { title: 'Migration Receive', ...facts },
)

/** An administration command of live migration, as it stands in the submission queue. */
export const nvmeMigrationCommand = struct(
  'nvme-migration-command',
  {
    opcode: enumeration(u8, { 65: 'MIGRATION_SEND', 66: 'MIGRATION_RECEIVE' }),
    flags: u8.asHex(),
    commandId: u16,
    namespaceId: u32,
    reserved: reserved(8),
    metadata: u64.asHex(),
    prp1: u64.asHex().doc('address of the data'),
    prp2: u64.asHex(),
    command: choice('opcode', { 65: send, 66: receive }, bytes(24)),
  },
  { title: 'NVMe live migration command', ...facts },
)
