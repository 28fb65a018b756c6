import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type ConversationChunk,
  readConversation,
  VfioUserConversation,
  type VfioUserDirection,
  vfioUserConversationCodes,
} from '../../../src/vfio/index.ts'
import { uncovered } from '../../vf-state/support.ts'
import {
  all,
  CMD,
  capture,
  ERROR,
  feature,
  GET,
  message,
  NO_REPLY,
  orderOf,
  reply,
  setState,
  u32s,
  u64s,
  version,
  zeros,
} from './support.ts'

const C = 'client-to-server'
const S = 'server-to-client'

type Step = readonly [VfioUserDirection, Uint8Array]
const c = (bytes: Uint8Array): Step => [C, bytes]
const s = (bytes: Uint8Array): Step => [S, bytes]

/** A command of the client and the reply to it. */
const both = (command: number, asked: readonly number[], answer: readonly number[] = [], id = 1) => [
  c(message(command, asked, { id })),
  s(reply(command, answer, { id })),
]

const set = (state: number) => both(CMD.feature, setState(state), setState(state))
const [STOP, RUNNING, STOP_COPY, RESUMING, PRE_COPY] = [1, 2, 3, 4, 6]
const region = (count: number, data: readonly number[] = []) => [...u64s(0), ...u32s(0, count), ...data]
const hello = (asked: string, answer: string) => both(CMD.version, version(asked), version(answer))
const limits = (client: number, server: number) =>
  hello(`{"capabilities":{"max_data_xfer_size":${client}}}\0`, `{"capabilities":{"max_data_xfer_size":${server}}}\0`)
const read = (size: number, ...data: number[]) =>
  both(CMD.migRead, u32s(8 + size, size), [...u32s(8 + data.length, data.length), ...data])
const written = (...data: number[]) => both(CMD.migWrite, [...u32s(8 + data.length, data.length), ...data])

/** Findings as `severity code direction message-index field`. */
function judged(steps: readonly Step[], isOrdered = true): string[] {
  const runs = { [C]: [] as Uint8Array[], [S]: [] as Uint8Array[] }
  const sizes = { [C]: 0, [S]: 0 }
  const order: ConversationChunk[] = []
  for (const [direction, bytes] of steps) {
    order.push({ direction, offset: sizes[direction], length: bytes.length })
    runs[direction].push(bytes)
    sizes[direction] += bytes.length
  }
  const input = { clientToServer: all(...runs[C]), serverToClient: all(...runs[S]) }
  const { findings } = readConversation(isOrdered ? { ...input, order } : input)
  return ([C, S] as const).flatMap((direction) =>
    findings[direction].map(({ severity, code, path, offset, length, message: text }) => {
      expect(offset + length).toBeLessThanOrEqual(sizes[direction])
      expect(text).toMatch(/^[A-Z].*\.$/s)
      return `${severity} ${code} ${direction === C ? 'c' : 's'} ${path.join('.')}`
    }),
  )
}

interface Case {
  readonly what: string
  readonly steps: readonly Step[]
  readonly found: readonly string[]
  /** Where the order between the directions counts. */
  readonly unordered?: readonly string[]
}

const without = 'error vfio-user/reply-without-request s messages.0.header.messageId'
const outside = (index: number) => `error vfio-user/data-outside-state c messages.${index}.header.command`
const large = (side: string, index: number) => `error vfio-user/transfer-too-large ${side} messages.${index}.payload`
const beyond = 'info vfio-user/capability-beyond-proposal s messages.0.payload.data'
const twin = 'error vfio-user/twin-socket s messages.0.payload.data'
const SUPPORTED = '{"capabilities":{"twin_socket":{"supported":true}}}\0'

const cases: readonly Case[] = [
  { what: 'a command and its reply', steps: both(CMD.reset, []), found: [] },
  { what: 'a reply to nothing', steps: [s(reply(CMD.reset))], found: [without] },
  {
    what: 'a reply with another ID',
    steps: [c(message(CMD.reset)), s(reply(CMD.reset, [], { id: 2 }))],
    found: ['warning vfio-user/request-unanswered c messages.0.header.messageId', without],
  },
  {
    what: 'a second reply',
    steps: [...both(CMD.reset, []), s(reply(CMD.reset))],
    found: ['error vfio-user/reply-without-request s messages.1.header.messageId'],
  },
  {
    what: 'a reply before its command',
    steps: [s(reply(CMD.reset)), c(message(CMD.reset))],
    found: ['warning vfio-user/request-unanswered c messages.0.header.messageId', without],
    unordered: [],
  },
  {
    what: 'a command without reply',
    steps: [c(message(CMD.reset))],
    found: ['warning vfio-user/request-unanswered c messages.0.header.messageId'],
  },
  {
    what: 'a command of the server without reply',
    steps: [s(message(CMD.dmaRead, u64s(0, 1)))],
    found: ['warning vfio-user/request-unanswered s messages.0.header.messageId'],
  },
  {
    what: 'a command without reply, the replies cut',
    steps: [c(message(CMD.reset)), s(reply(CMD.reset).subarray(0, 9))],
    found: [],
  },
  { what: 'no reply wanted', steps: [c(message(CMD.reset, [], { flags: NO_REPLY }))], found: [] },
  {
    what: 'no reply wanted and one given',
    steps: [c(message(CMD.reset, [], { flags: NO_REPLY })), s(reply(CMD.reset))],
    found: [without],
  },
  {
    what: 'a reply with another command',
    steps: [c(message(CMD.reset)), s(reply(CMD.dmaMap))],
    found: ['error vfio-user/reply-command s messages.0.header.command'],
  },
  {
    what: 'an ID twice at a time',
    steps: [c(message(CMD.reset)), c(message(CMD.reset)), s(reply(CMD.reset)), s(reply(CMD.reset))],
    found: ['info vfio-user/id-reused c messages.1.header.messageId'],
    unordered: [],
  },
  { what: 'an ID twice, one after the other', steps: [...both(CMD.reset, []), ...both(CMD.reset, [])], found: [] },
  {
    what: 'an ID twice, of two commands answered in turn',
    steps: [c(message(CMD.reset)), c(message(CMD.dmaMap, zeros(32))), s(reply(CMD.dmaMap)), s(reply(CMD.reset))],
    found: ['info vfio-user/id-reused c messages.1.header.messageId'],
    unordered: [],
  },
  {
    what: 'the ID of the client used by the server',
    steps: [
      c(message(CMD.regionRead, region(1))),
      s(message(CMD.dmaRead, u64s(0, 1))),
      c(reply(CMD.dmaRead, [...u64s(0, 1), 7])),
      s(reply(CMD.regionRead, region(1, [7]))),
    ],
    found: [],
  },
  {
    what: 'commands of the server late',
    steps: [
      ...both(CMD.reset, []),
      s(message(CMD.dmaWrite, [...u64s(0, 1), 7])),
      ...both(CMD.reset, [], [], 2),
      c(reply(CMD.dmaWrite, u64s(0, 1))),
    ],
    found: [],
  },

  { what: 'an agreed version', steps: hello('{}\0', '{}\0'), found: [] },
  { what: 'a lower minor version', steps: both(CMD.version, version('{}\0', 0, 2), version('{}\0', 0, 1)), found: [] },
  {
    what: 'a higher minor version',
    steps: both(CMD.version, version('{}\0', 0, 0), version('{}\0', 0, 1)),
    found: ['error vfio-user/version-minor s messages.0.payload.minor'],
  },
  {
    what: 'another major version',
    steps: both(CMD.version, version('{}\0', 0, 2), version('{}\0', 1, 0)),
    found: ['error vfio-user/version-major s messages.0.payload.major'],
  },
  {
    what: 'a refused version',
    steps: [c(message(CMD.version, version('{}\0', 9))), s(message(CMD.version, [], { flags: ERROR, errno: 22 }))],
    found: [],
  },
  { what: 'lower limits', steps: limits(2048, 1024), found: [] },
  { what: 'a higher limit', steps: limits(1024, 1025), found: [beyond] },
  { what: 'a limit above the usual one', steps: hello('', '{"capabilities":{"max_msg_fds":2}}\0'), found: [beyond] },
  {
    what: 'a capability that was not proposed',
    steps: hello('{}\0', '{"capabilities":{"write_multiple":true}}\0'),
    found: [beyond],
  },
  { what: 'a second socket that was not proposed', steps: hello('{}\0', SUPPORTED), found: [twin] },
  { what: 'a second socket that is not named', steps: hello(SUPPORTED, SUPPORTED), found: [twin] },
  {
    what: 'a second socket',
    steps: hello(SUPPORTED, '{"capabilities":{"twin_socket":{"supported":true,"fd_index":0}}}\0'),
    found: [],
  },

  { what: 'data read in PRE_COPY', steps: [...set(PRE_COPY), ...read(1, 7)], found: [] },
  { what: 'data read in STOP_COPY', steps: [...set(STOP_COPY), ...read(1, 7)], found: [] },
  { what: 'data read in STOP', steps: [...set(STOP), ...read(1, 7)], found: [outside(1)] },
  { what: 'data read while nothing tells the state', steps: read(1, 7), found: [] },
  {
    what: 'data read by a device that was just connected',
    steps: [...hello('', ''), ...read(1, 7)],
    found: [outside(1)],
  },
  {
    what: 'data read after a reset',
    steps: [...set(STOP_COPY), ...both(CMD.reset, []), ...read(1, 7)],
    found: [outside(2)],
  },
  {
    what: 'data read after a state was told',
    steps: [...both(CMD.feature, feature(2 | GET), feature(2 | GET, u32s(RUNNING, 0))), ...read(1, 7)],
    found: [outside(1)],
  },
  { what: 'data written in RESUMING', steps: [...set(RESUMING), ...written(7)], found: [] },
  { what: 'data written in STOP_COPY', steps: [...set(STOP_COPY), ...written(7)], found: [outside(1)] },
  {
    what: 'data read after a refused state',
    steps: [
      ...set(STOP),
      c(message(CMD.feature, setState(STOP_COPY))),
      s(message(CMD.feature, [], { flags: ERROR })),
      ...read(1, 7),
    ],
    found: [],
  },
  {
    what: 'data read before the reply to the state',
    steps: [
      c(message(CMD.feature, setState(STOP_COPY), { id: 9 })),
      c(message(CMD.migRead, u32s(9, 1))),
      s(reply(CMD.feature, setState(STOP_COPY), { id: 9 })),
      s(reply(CMD.migRead, [...u32s(9, 1), 7])),
    ],
    found: [],
  },
  {
    what: 'more data than asked for',
    steps: [...set(STOP_COPY), ...read(1, 7, 7)],
    found: ['error vfio-user/data-longer s messages.1.payload.size'],
  },

  {
    what: 'a region read at the limit',
    steps: [...limits(4, 2), ...both(CMD.regionRead, region(2), region(2, [1, 2]))],
    found: [],
  },
  {
    what: 'a region read above the limit',
    steps: [...limits(4, 2), ...both(CMD.regionRead, region(3), region(3, [1, 2, 3]))],
    found: [large('c', 1)],
  },
  {
    what: 'a region write above the limit',
    steps: [...limits(4, 2), ...both(CMD.regionWrite, region(3, [1, 2, 3]), region(3))],
    found: [large('c', 1)],
  },
  {
    what: 'a DMA read above the limit',
    steps: [...limits(2, 2), s(message(CMD.dmaRead, u64s(0, 3))), c(reply(CMD.dmaRead, [...u64s(0, 3), 1, 2, 3]))],
    found: [large('s', 1)],
  },
  {
    what: 'migration data above the limit',
    steps: [...limits(2, 2), ...set(STOP_COPY), ...read(3, 1)],
    found: [large('c', 2)],
  },
  {
    what: 'a read above what is taken unless stated',
    steps: both(CMD.regionRead, region(0x100001), region(0x100001)),
    found: [large('c', 0)],
  },

  {
    what: 'a reply about another region',
    steps: both(CMD.regionRead, region(1), [...u64s(0), ...u32s(1, 1), 7]),
    found: ['error vfio-user/reply-differs s messages.0.payload.region'],
  },
  {
    what: 'a reply about another place',
    steps: both(CMD.regionWrite, region(1, [7]), [...u64s(1), ...u32s(0, 1)]),
    found: ['error vfio-user/reply-differs s messages.0.payload.offset'],
  },
  {
    what: 'a reply with another count',
    steps: both(CMD.regionRead, region(2), region(1, [7])),
    found: ['error vfio-user/reply-differs s messages.0.payload.count'],
  },
  {
    what: 'a DMA reply with a narrower count',
    steps: [s(message(CMD.dmaWrite, [...u64s(0, 1), 7])), c(reply(CMD.dmaWrite, [...u64s(0), ...u32s(1)]))],
    found: [],
  },
  {
    what: 'a DMA reply about another address',
    steps: [s(message(CMD.dmaWrite, [...u64s(0, 1), 7])), c(reply(CMD.dmaWrite, u64s(1, 1)))],
    found: ['error vfio-user/reply-differs c messages.0.payload.address'],
  },
  {
    what: 'a reply about another feature',
    steps: both(CMD.feature, feature(1 | GET), feature(9 | GET)),
    found: ['error vfio-user/reply-differs s messages.0.payload.flags.feature'],
  },
  {
    what: 'a reply about another interrupt',
    steps: both(CMD.irqInfo, u32s(16, 0, 1, 0), u32s(16, 1, 2, 1)),
    found: ['error vfio-user/reply-differs s messages.0.payload.index'],
  },
]

describe('what is wrong with messages together, each with the smallest input', () => {
  test.each(cases)('$what', ({ steps, found }) => {
    expect(judged(steps)).toEqual(found)
  })

  test.each(cases)('$what, each direction by itself', ({ steps, found, unordered = found }) => {
    expect(judged(steps, false)).toEqual(unordered)
  })

  test('covers every code', () => {
    const found = cases.map((one) => one.found)
    expect(uncovered(vfioUserConversationCodes.entries, 'vfio-user/', found)).toEqual([])
  })
})

describe('the reader of a live connection', () => {
  test('says at the end where a message is cut', () => {
    const conversation = new VfioUserConversation()
    expect(conversation.push(C, message(CMD.reset).subarray(0, 10))).toEqual([])
    expect(conversation.end()).toMatchObject([
      { kind: 'finding', direction: C, finding: { code: 'vfio-user/message-cut', offset: 0, length: 10 } },
    ])
  })

  test('goes no further where a message has no size', () => {
    const conversation = new VfioUserConversation()
    conversation.push(S, message(CMD.reset, [], { size: 3 }))
    expect(conversation.push(S, message(CMD.reset))).toEqual([])
    expect(conversation.end()).toMatchObject([
      { kind: 'finding', direction: S, finding: { code: 'vfio-user/message-size', offset: 0, length: 32 } },
    ])
  })
})

test('many open commands with one ID are answered in turn', () => {
  const many = (bytes: Uint8Array) =>
    Uint8Array.from({ length: 5_000 * bytes.length }, (_, at) => bytes[at % bytes.length] as number)
  const clientToServer = many(message(CMD.reset))
  const order = [{ direction: C, offset: 0, length: clientToServer.length }] as const
  const { events } = readConversation({ clientToServer, serverToClient: many(reply(CMD.reset)), order })
  const pairs = events.flatMap((event) => (event.kind === 'exchange' ? [[event.request.index, event.reply.index]] : []))
  expect(pairs).toEqual(Array.from({ length: 5_000 }, (_, index) => [index, index]))
})

test('transfers leave out what was refused', () => {
  const refused = [
    c(message(CMD.migWrite, [...u32s(9, 1), 1], { id: 3 })),
    s(message(CMD.migWrite, [], { id: 3, flags: ERROR })),
  ]
  const steps = [
    ...set(RESUMING),
    ...written(1, 2),
    ...refused,
    ...written(3),
    ...set(STOP),
    ...set(RESUMING),
    ...written(4),
  ]
  const direction = (wanted: VfioUserDirection) =>
    all(...steps.flatMap(([way, bytes]) => (way === wanted ? [bytes] : [])))
  const { transfers } = readConversation({ clientToServer: direction(C), serverToClient: direction(S) })
  expect(transfers.map(({ kind, size }) => [kind, size])).toEqual([
    ['write', 3],
    ['write', 1],
  ])
  expect(transfers.map((transfer) => [...transfer.bytes()])).toEqual([[1, 2, 3], [4]])
})

test('damaged conversations end in findings, whatever the pieces', () => {
  const clientToServer = capture('src.c2s').subarray(0, 8000)
  const serverToClient = capture('src.s2c').subarray(0, 8000)
  const flips = fc.array(fc.tuple(fc.nat(7999), fc.nat(255)), { maxLength: 20 })
  const damaged = (bytes: Uint8Array, changes: readonly (readonly [number, number])[]) => {
    const copy = bytes.slice()
    for (const [at, byte] of changes) copy[at] = byte
    return copy
  }
  fc.assert(
    fc.property(flips, flips, fc.boolean(), (one, other, isOrdered) => {
      const input = { clientToServer: damaged(clientToServer, one), serverToClient: damaged(serverToClient, other) }
      const { findings, transfers } = readConversation(isOrdered ? { ...input, order: orderOf('src') } : input)
      for (const direction of [C, S] as const) {
        for (const { offset, length } of findings[direction]) expect(offset + length).toBeLessThanOrEqual(8000)
      }
      for (const transfer of transfers) expect(transfer.bytes().length).toBe(transfer.size)
    }),
    { numRuns: 60, seed: 20260101 },
  )
})
