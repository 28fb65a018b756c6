import { describe, expect, test } from 'vitest'
import { vfioUserMessageCodes, vfioUserMessagesFormat } from '../../../src/vfio/index.ts'
import { decodeErrorOf, findingsOf, uncovered } from '../../vf-state/support.ts'
import { le } from '../support.ts'
import {
  all,
  CMD,
  ERROR,
  feature,
  GET,
  message,
  NO_REPLY,
  PROBE,
  REPLY,
  reply,
  SET,
  setState,
  u32s,
  u64s,
  version,
  zeros,
} from './support.ts'

const format = vfioUserMessagesFormat
const RESET = message(CMD.reset)

const cut = 'error vfio-user/message-cut trailing'
const damaged = 'error vfio-user/payload-damaged messages.0.payload'
const missing = 'error vfio-user/payload-missing messages.0.payload'
const flags = 'info vfio-user/header-flags messages.0.header.flags'
const count = (path: string) => `error vfio-user/data-count messages.0.payload.${path}`
const bitmap = (path: string) => `error vfio-user/bitmap-size messages.0.payload.${path}`

const unmap = (...numbers: (number | bigint)[]) => [...u32s(48, 1), ...u64s(...numbers)]
const report = (length: number, pageSize: number) => u64s(0, length, pageSize)
const sub40 = zeros(40)

const cases: readonly { what: string; bytes: Uint8Array; found: string[] }[] = [
  { what: 'nothing wrong', bytes: RESET, found: [] },
  // The frame.
  {
    what: 'size below the header',
    bytes: all(RESET, message(CMD.reset, [], { size: 15 })),
    found: ['error vfio-user/message-size trailing'],
  },
  { what: 'size beyond the bytes', bytes: all(RESET, message(CMD.reset, [], { size: 17 })), found: [cut] },
  { what: 'only message cut', bytes: message(CMD.dmaMap, zeros(31), { size: 48 }), found: [cut] },
  { what: 'header cut', bytes: all(RESET, RESET.subarray(0, 15)), found: [cut] },
  // The header.
  { what: 'command 0', bytes: message(0), found: ['info vfio-user/command-unknown messages.0.header.command'] },
  { what: 'command 19', bytes: message(19, [1]), found: ['info vfio-user/command-unknown messages.0.header.command'] },
  {
    what: 'type 2',
    bytes: message(CMD.reset, [], { flags: 2 }),
    found: ['error vfio-user/message-type messages.0.header.flags.type'],
  },
  {
    what: 'reserved flag',
    bytes: message(CMD.reset, [], { flags: 0x40 }),
    found: ['info layout/reserved-not-zero messages.0.header.flags.reserved'],
  },
  { what: 'error in a command', bytes: message(CMD.reset, [], { flags: 0x20 }), found: [flags] },
  { what: 'error number in a command', bytes: message(CMD.reset, [], { errno: 1 }), found: [flags] },
  { what: 'no reply to a reply', bytes: message(CMD.reset, [], { flags: REPLY | NO_REPLY }), found: [flags] },
  { what: 'error number without error', bytes: reply(CMD.reset, [], { errno: 22 }), found: [flags] },
  {
    what: 'error with payload',
    bytes: message(CMD.reset, [0], { flags: ERROR }),
    found: ['error vfio-user/error-payload messages.0.payload'],
  },
  { what: 'error without number', bytes: message(CMD.reset, [], { flags: ERROR }), found: [] },
  // Payloads that are none.
  { what: 'command without payload', bytes: message(CMD.dmaMap), found: [missing] },
  { what: 'reply without payload', bytes: reply(CMD.regionRead), found: [missing] },
  { what: 'old dirty pages reply without payload', bytes: reply(CMD.dirtyPages), found: [] },
  { what: 'payload where none belongs', bytes: message(CMD.reset, [0]), found: [damaged] },
  { what: 'payload too short', bytes: message(CMD.dmaMap, zeros(31)), found: [damaged] },
  { what: 'payload too long', bytes: message(CMD.dmaMap, zeros(33)), found: [damaged] },
  { what: 'DMA access too short', bytes: message(CMD.dmaRead, zeros(11)), found: [damaged] },
  { what: 'fewer writes than counted', bytes: message(CMD.writeMulti, u64s(1)), found: [damaged] },
  { what: 'less migration data than stated', bytes: message(CMD.migWrite, [...u32s(10, 2), 5]), found: [damaged] },
  {
    what: 'feature data too short',
    bytes: message(CMD.feature, feature(2 | SET, [1])),
    found: ['error layout/damaged-part messages.0.payload.data'],
  },
  // Directions.
  {
    what: 'client and server command',
    bytes: all(RESET, message(CMD.dmaRead, u64s(0, 4))),
    found: ['warning vfio-user/directions-mixed messages.1.header.command'],
  },
  {
    what: 'server and client command',
    bytes: all(message(CMD.dmaRead, u64s(0, 4)), RESET, RESET),
    found: ['warning vfio-user/directions-mixed messages.1.header.command'],
  },
  // Counts.
  {
    what: 'region read with data',
    bytes: message(CMD.regionRead, [...u64s(0), ...u32s(0, 1), 1]),
    found: [count('count')],
  },
  {
    what: 'region write without data',
    bytes: message(CMD.regionWrite, [...u64s(0), ...u32s(0, 1)]),
    found: [count('count')],
  },
  {
    what: 'reply to a region read, short',
    bytes: reply(CMD.regionRead, [...u64s(0), ...u32s(0, 2), 1]),
    found: [count('count')],
  },
  { what: 'DMA write, short', bytes: message(CMD.dmaWrite, [...u64s(0, 2), 1]), found: [count('count')] },
  { what: 'DMA read with data', bytes: message(CMD.dmaRead, [...u64s(0, 4), 1]), found: [count('count')] },
  {
    what: 'narrow DMA write, short',
    bytes: message(CMD.dmaWrite, [...u64s(0), ...u32s(2), 1]),
    found: [count('count32')],
  },
  {
    what: 'write of nine bytes',
    bytes: message(CMD.writeMulti, [...u64s(1, 0), ...u32s(0, 9), ...zeros(8)]),
    found: [count('writes.0.count')],
  },
  { what: 'descriptors counted in a command', bytes: message(CMD.ioFds, u32s(16, 0, 0, 1)), found: [count('count')] },
  {
    what: 'descriptors of another size',
    bytes: reply(CMD.ioFds, [...u32s(56, 0, 0, 2), ...sub40]),
    found: [count('following')],
  },
  { what: 'descriptors left out', bytes: reply(CMD.ioFds, u32s(56, 0, 0, 1)), found: [] },
  {
    what: 'DMA data four bytes early',
    bytes: message(CMD.dmaWrite, [...u64s(0), ...u32s(1), 9, ...zeros(4)]),
    found: ['warning vfio-user/dma-data-early messages.0.payload.data'],
  },
  // Bitmaps: 8 bytes for each 64 pages.
  { what: 'bitmap of one page', bytes: message(CMD.dmaUnmap, unmap(0, 0x1000, 0x1000, 8)), found: [] },
  { what: 'bitmap of 64 pages', bytes: message(CMD.dmaUnmap, unmap(0, 0x40000, 0x1000, 8)), found: [] },
  { what: 'bitmap of 65 pages', bytes: message(CMD.dmaUnmap, unmap(0, 0x41000, 0x1000, 16)), found: [] },
  {
    what: 'bitmap of 65 pages, too small',
    bytes: message(CMD.dmaUnmap, unmap(0, 0x41000, 0x1000, 9)),
    found: [bitmap('bitmap.size')],
  },
  {
    what: 'bitmap in whole bytes only',
    bytes: message(CMD.dmaUnmap, unmap(0, 0x1000, 0x1000, 1)),
    found: [bitmap('bitmap.size')],
  },
  {
    what: 'bitmap of pages of no size',
    bytes: message(CMD.dmaUnmap, unmap(0, 0x1000, 0, 8)),
    found: [bitmap('bitmap.pageSize')],
  },
  {
    what: 'bitmap in a command',
    bytes: message(CMD.dmaUnmap, [...unmap(0, 0x1000, 0x1000, 8), ...zeros(8)]),
    found: [bitmap('bitmap.data')],
  },
  {
    what: 'bitmap missing in a reply',
    bytes: reply(CMD.dmaUnmap, unmap(0, 0x1000, 0x1000, 8)),
    found: [bitmap('bitmap.data')],
  },
  {
    what: 'old bitmap missing',
    bytes: reply(CMD.dirtyPages, [...u32s(40, 4), ...u64s(0, 0x1000, 0x1000, 8)]),
    found: [bitmap('range.bitmap.data')],
  },
  {
    what: 'log without its bitmap',
    bytes: reply(CMD.feature, feature(8 | GET, report(0x1000, 0x1000))),
    found: [bitmap('data')],
  },
  {
    what: 'log with a short bitmap',
    bytes: reply(CMD.feature, feature(8 | GET, [...report(0x41000, 0x1000), ...zeros(8)])),
    found: [bitmap('data.bitmap')],
  },
  {
    what: 'bitmap in the command for a log',
    bytes: message(CMD.feature, feature(8 | GET, [...report(0x1000, 0x1000), ...zeros(8)])),
    found: [bitmap('data.bitmap')],
  },
  {
    what: 'log in pages of no power of two',
    bytes: message(CMD.feature, feature(8 | GET, report(0x1000, 0x1001))),
    found: ['error vfio/logging-page-size messages.0.payload.data.pageSize'],
  },
  {
    what: 'all ranges and one',
    bytes: message(CMD.dmaUnmap, [...u32s(24, 2), ...u64s(0, 0x1000)]),
    found: ['error vfio-user/unmap-all messages.0.payload.address'],
  },
  // Features.
  {
    what: 'get and set',
    bytes: message(CMD.feature, feature(2 | GET | SET)),
    found: ['error vfio/feature-operation messages.0.payload.flags'],
  },
  {
    what: 'neither get nor set',
    bytes: message(CMD.feature, feature(2)),
    found: ['error vfio/feature-operation messages.0.payload.flags'],
  },
  { what: 'probe for get and set', bytes: message(CMD.feature, feature(2 | GET | SET | PROBE)), found: [] },
  {
    what: 'state RUNNING_P2P',
    bytes: message(CMD.feature, setState(5)),
    found: ['warning vfio-user/state-not-used messages.0.payload.data.deviceState'],
  },
  {
    what: 'state PRE_COPY_P2P',
    bytes: message(CMD.feature, setState(7)),
    found: ['warning vfio-user/state-not-used messages.0.payload.data.deviceState'],
  },
  // Information of which argsz says more than there is: the command allows it, the reply asks for more room.
  { what: 'room for a reply', bytes: message(CMD.regionInfo, [...u32s(80, 0, 1, 0), ...u64s(0, 0)]), found: [] },
  {
    what: 'too little room',
    bytes: reply(CMD.regionInfo, [...u32s(80, 7, 1, 0), ...u64s(0, 0)]),
    found: ['info vfio/capabilities-left-out messages.0.payload.argsz'],
  },
  {
    what: 'interrupts without a kind of data',
    bytes: message(CMD.setIrqs, u32s(20, 0x20, 0, 0, 1)),
    found: ['error vfio/irq-set-data-flags messages.0.payload.flags'],
  },
  // Versions.
  {
    what: 'no NUL',
    bytes: message(CMD.version, version('{}')),
    found: ['error vfio-user/version-not-terminated messages.0.payload.data'],
  },
  {
    what: 'NUL before the end',
    bytes: message(CMD.version, version('{}\0\0')),
    found: ['error vfio-user/version-not-terminated messages.0.payload.data'],
  },
  {
    what: 'no JSON',
    bytes: message(CMD.version, version('{\0')),
    found: ['error vfio-user/version-json messages.0.payload.data'],
  },
  {
    what: 'JSON that is no object',
    bytes: message(CMD.version, version('[]\0')),
    found: ['error vfio-user/version-json messages.0.payload.data'],
  },
  {
    what: 'not UTF-8',
    bytes: message(CMD.version, [...le(0, 4), 0x22, 0xff, 0x22, 0]),
    found: ['error vfio-user/version-json messages.0.payload.data'],
  },
  {
    what: 'capabilities that are no object',
    bytes: message(CMD.version, version('{"capabilities":1}\0')),
    found: ['error vfio-user/version-capability messages.0.payload.data'],
  },
  ...[
    '{"max_msg_fds":"1"}',
    '{"max_data_xfer_size":-1}',
    '{"twin_socket":true}',
    '{"twin_socket":{"supported":1}}',
    '{"migration":{"pgsize":0.5}}',
    '{"write_multiple":1}',
  ].map((capabilities) => ({
    what: `capabilities ${capabilities}`,
    bytes: message(CMD.version, version(`{"capabilities":${capabilities}}\0`)),
    found: ['error vfio-user/version-capability messages.0.payload.data'],
  })),
  {
    what: 'every capability',
    bytes: message(
      CMD.version,
      version(
        '{"capabilities":{"max_msg_fds":8,"max_data_xfer_size":1024,"pgsizes":4096,"max_dma_maps":65535,"migration":{"pgsize":4096,"max_bitmap_size":268435456},"write_multiple":true,"twin_socket":{"supported":true,"fd_index":0},"constructor":1}}\0',
      ),
    ),
    found: [],
  },
]

describe('what is wrong with messages alone, each with the smallest input', () => {
  test.each(cases)('$what', ({ bytes, found }) => {
    expect(findingsOf(format, bytes)).toEqual(found)
  })

  test('covers every code', () => {
    const found = cases.map((one) => one.found)
    expect(uncovered(vfioUserMessageCodes.entries, 'vfio-user/', found)).toEqual([])
  })
})

test.each([
  ['nothing', new Uint8Array(0), 'layout/ended-early messages.0.header.messageId@0 needs more'],
  ['half a header', RESET.subarray(0, 8), 'layout/ended-early messages.0.header.flags@8 needs more'],
  [
    'a first message of no size',
    message(CMD.reset, [], { size: 0 }),
    'vfio-user/message-size messages.0.header.messageSize@4',
  ],
])('%s is not a message', (_, bytes, error) => {
  expect(decodeErrorOf(format as never, bytes)).toBe(error)
})

describe('detection', () => {
  const confidence = (head: Uint8Array, size = head.length) => format.detect({ head: head.subarray(0, 4096), size })

  test.each([
    ['a version message', message(CMD.version, version('{}\0')), 0.9, 1],
    ['a version message and part of another', all(message(CMD.version, version('{}\0')), RESET.subarray(0, 9)), 0.8, 1],
    ['three messages', all(RESET, RESET, RESET), 0.8, 0.9],
    ['two messages', all(RESET, RESET), 0.6, 0.9],
    ['one message', RESET, 0.3, 0.5],
    ['a long message', message(CMD.regionWrite, zeros(9000)), 0.3, 0.5],
    ['a message of which the rest is missing', message(CMD.regionWrite, [], { size: 9000 }), 0, 0],
    ['messages and something else', all(RESET, RESET, Uint8Array.from(zeros(16))), 0, 0],
    ['zeros', Uint8Array.from(zeros(256)), 0, 0],
    ['ones', Uint8Array.from(new Array(256).fill(0xff)), 0, 0],
    ['nothing', new Uint8Array(0), 0, 0],
  ])('%s', (_, bytes, least, most) => {
    expect(confidence(bytes)).toBeGreaterThanOrEqual(least)
    expect(confidence(bytes)).toBeLessThanOrEqual(most)
  })
})
