import {
  array,
  bytes,
  choice,
  enumeration,
  equals,
  framed,
  optional,
  parameter,
  remaining,
  reserved,
  struct,
  u16,
  u32,
  u64,
} from '../../layout/index.ts'

const SOURCE = 'cloud-hypervisor vm-migration/src/protocol.rs'
const ramEnd = { meaning: 'address behind the last byte of guest memory; 0: not known', default: 0 } as const

/** Commands by number. */
export const CLOUD_COMMANDS = {
  1: 'start',
  2: 'config',
  3: 'state',
  4: 'memory',
  5: 'complete',
  6: 'abandon',
  7: 'memory-fd',
  8: 'complete-paused',
  9: 'page-fault',
} as const
const MEMORY = 4

/** Protocol versions that a receiver of today takes. */
export const CLOUD_VERSIONS = { least: 0, most: 0 } as const

export const memoryRange = struct(
  'cloud-hypervisor-memory-range',
  { gpa: u64.asHex().doc('guest physical address'), length: u64.doc('bytes') },
  { title: 'Range of guest memory (Cloud Hypervisor)', source: SOURCE },
)

export const memoryTable = struct(
  'cloud-hypervisor-memory-table',
  { ranges: array(memoryRange, 'to-end') },
  { title: 'Memory range table (Cloud Hypervisor)', source: SOURCE, parameters: { ramEnd } },
)

const startHeaders = struct(
  'cloud-hypervisor-start',
  {
    senderVersion: u16.doc('protocol version of the sender; versions from before there were any sent 0'),
    unused: bytes(4),
  },
  { title: 'Headers of command start', source: SOURCE },
)

const memoryFd = struct(
  'cloud-hypervisor-memory-fd',
  { slot: u32, fd: u32.doc('number at the sender; the file comes as ancillary data') },
  { title: 'Payload of command memory-fd', source: SOURCE },
)

export const cloudRequest = struct(
  'cloud-hypervisor-request',
  {
    command: enumeration(u16, CLOUD_COMMANDS),
    headers: choice('command', { 1: startHeaders }, reserved(6)),
    length: u64.doc('bytes of the payload; the content of memory ranges does not count'),
    payload: framed(
      'length',
      choice(
        'command',
        { [MEMORY]: memoryTable.withParameters({ ramEnd: parameter('ramEnd') }), 7: memoryFd, 9: memoryRange },
        bytes(remaining),
      ),
    ),
    content: optional(
      equals('command', MEMORY),
      bytes(remaining).doc('the bytes of the ranges, one range after another; may be left out of a capture'),
    ),
  },
  { title: 'Migration request (Cloud Hypervisor)', source: SOURCE, parameters: { ramEnd } },
)

export const cloudResponse = struct(
  'cloud-hypervisor-response',
  {
    status: enumeration(u16, { 1: 'ok', 2: 'error' }),
    padding: reserved(6),
    length: u64.doc('bytes of the payload'),
    payload: bytes('length'),
  },
  { title: 'Answer to a migration request (Cloud Hypervisor)', source: SOURCE },
)
