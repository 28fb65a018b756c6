import { describe, expect, test } from 'vitest'
import { diffFields, type Format, judgeDifferences } from '../../../src/layout/index.ts'
import {
  nvmeMigrationCommandFormat as commands,
  nvmeControllerStateFormat as format,
  nvmeControllerStateCodec,
} from '../../../src/vf-state/index.ts'
import { hex, image } from '../../vfio/support.ts'
import { hasCompiler, offsetsInC } from '../c-struct.ts'
import { concat } from '../records.ts'
import { decodeErrorOf, findingsOf, uncovered } from '../support.ts'

interface Facts {
  readonly version?: number
  readonly stateVersion?: number
  readonly attributes?: number
  readonly dwords?: bigint
  readonly vendorDwords?: bigint
  readonly counts?: readonly [number, number]
  readonly vendor?: Uint8Array
}

/** Submission queue: address, size, identifier, completion queue, contiguous with priority low, head, tail. */
function submission(qid: number, cqid: number, size = 64, head = 3, tail = 5): Uint8Array {
  return image(24, [
    [0, 8, 0x1_0000_0000n + BigInt(qid)],
    [8, 2, size],
    [10, 2, qid],
    [12, 2, cqid],
    [14, 2, 0b111],
    [16, 2, head],
    [18, 2, tail],
  ])
}

/** Completion queue: address, size, identifier, head, tail, contiguous with interrupts on vector 9. */
function completion(qid: number, size = 64, head = 1, tail = 2): Uint8Array {
  return image(24, [
    [0, 8, 0x2_0000_0000n + BigInt(qid)],
    [8, 2, size],
    [10, 2, qid],
    [12, 2, head],
    [14, 2, tail],
    [16, 4, 0x9_0003],
  ])
}

function state(sqs: readonly Uint8Array[], cqs: readonly Uint8Array[], facts: Facts = {}): Uint8Array {
  const { version = 0, stateVersion = 0, attributes = 1, vendor = new Uint8Array(0) } = facts
  const [niosq, niocq] = facts.counts ?? [sqs.length, cqs.length]
  const header = image(56, [
    [0, 2, version],
    [2, 1, attributes],
    [16, 8, facts.dwords ?? BigInt(2 + 6 * (niosq + niocq))],
    [32, 8, facts.vendorDwords ?? BigInt(vendor.length / 4)],
    [48, 2, stateVersion],
    [50, 2, niosq],
    [52, 2, niocq],
  ])
  return concat(header, ...sqs, ...cqs, vendor)
}

const healthy = state([submission(1, 1), submission(2, 1)], [completion(1)], { vendor: hex('01020304 05060708') })

test('a controller with three queues', () => {
  expect(findingsOf(format, healthy)).toEqual([])
  expect(format.decode(healthy)).toMatchObject({
    version: 0,
    attributes: { suspended: true },
    stateSize: { low: 20n, high: 0n },
    vendorSize: { low: 2n, high: 0n },
    submissionQueues: [
      {
        prp1: 0x100000001n,
        size: 64,
        qid: 1,
        cqid: 1,
        attributes: { physicallyContiguous: true, priority: 'low' },
        head: 3,
        tail: 5,
      },
      { qid: 2 },
    ],
    completionQueues: [
      {
        prp1: 0x200000001n,
        qid: 1,
        head: 1,
        tail: 2,
        attributes: { physicallyContiguous: true, interruptsEnabled: true, phase: false, interruptVector: 9 },
      },
    ],
    vendorSpecific: hex('0102030405060708'),
  })
})

test.skipIf(!hasCompiler())('offsets of the C structures', () => {
  const source = `
struct sq { uint64_t iosqprp1; uint16_t iosqqsize, iosqqid, iosqcqid, iosqa, iosqhp, iosqtp; uint8_t rsvd20[4]; };
struct cq { uint64_t iocqprp1; uint16_t iocqqsize, iocqqid, iocqhp, iocqtp; uint32_t iocqa; uint8_t rsvd20[4]; };
struct header { uint16_t ver; uint8_t csattr; uint8_t rsvd3[13]; uint8_t nvmecss[16]; uint8_t vss[16]; };
struct data { uint16_t ver, niosq, niocq, rsvd6; };
struct whole { struct header hdr; struct data data; struct sq sqs[2]; struct cq cqs[1]; };`
  const judges = [
    ...[
      'hdr.ver',
      'hdr.csattr',
      'hdr.rsvd3',
      'hdr.nvmecss',
      'hdr.vss',
      'data.ver',
      'data.niosq',
      'data.niocq',
      'data.rsvd6',
    ],
    ...['iosqprp1', 'iosqqsize', 'iosqqid', 'iosqcqid', 'iosqa', 'iosqhp', 'iosqtp', 'rsvd20'].map(
      (name) => `sqs[1].${name}`,
    ),
    ...['iocqprp1', 'iocqqsize', 'iocqqid', 'iocqhp', 'iocqtp', 'iocqa', 'rsvd20'].map((name) => `cqs[0].${name}`),
  ]
  const ours = [
    ...['version', 'attributes.suspended', 'reserved', 'stateSize.low', 'vendorSize.low', 'stateVersion'],
    ...['submissionQueueCount', 'completionQueueCount', 'stateReserved'],
    ...['prp1', 'size', 'qid', 'cqid', 'attributes.priority', 'head', 'tail', 'reserved'].map(
      (name) => `submissionQueues.1.${name}`,
    ),
    ...['prp1', 'size', 'qid', 'head', 'tail', 'attributes.phase', 'reserved'].map(
      (name) => `completionQueues.0.${name}`,
    ),
  ]
  const offsets = offsetsInC(source, 'whole', judges)
  const fields = nvmeControllerStateCodec.fields(healthy)
  expect(ours.map((name) => fields.find(({ path }) => path.join('.') === name)?.offset)).toEqual(
    [...offsets.values()].slice(1),
  )
  expect(offsets.get('sizeof')).toBe(healthy.length - 8)
})

const [SQ, CQ] = [submission(1, 1), completion(1)]
const CASES: readonly (readonly [what: string, bytes: Uint8Array, findings: readonly string[]])[] = [
  ['no queues', state([], []), []],
  ['another version', state([], [], { version: 1 }), ['warning vf-state/nvme-version version']],
  ['another version of the state', state([], [], { stateVersion: 2 }), ['warning vf-state/nvme-version stateVersion']],
  [
    'a controller that runs',
    state([], [], { attributes: 0 }),
    ['warning vf-state/nvme-not-suspended attributes.suspended'],
  ],
  ['reserved attributes', state([], [], { attributes: 3 }), ['info layout/reserved-not-zero attributes.reserved']],
  ['a size that is too small', state([SQ], [CQ], { dwords: 13n }), ['error vf-state/nvme-state-size stateSize']],
  [
    'a vendor specific part that is cut',
    state([SQ], [CQ], { vendorDwords: 1n }),
    ['error vf-state/nvme-vendor-size vendorSize'],
  ],
  [
    'one that is too long',
    state([], [], { vendor: hex('0102'), vendorDwords: 0n }),
    ['error vf-state/nvme-vendor-size vendorSize'],
  ],
  [
    'a size above 2^64',
    concat(state([], []).subarray(0, 24), hex('01'), state([], []).subarray(25)),
    ['error vf-state/nvme-state-size stateSize'],
  ],
  [
    'queues that are cut',
    state([SQ], [CQ], { counts: [1, 2] }),
    ['error vf-state/nvme-queues-cut submissionQueueCount'],
  ],
  [
    'a head behind the end',
    state([submission(1, 1, 64, 65, 0)], [CQ]),
    ['error vf-state/nvme-queue-pointer submissionQueues.0.head'],
  ],
  [
    'a tail behind the end',
    state([], [completion(1, 8, 0, 9)]),
    ['error vf-state/nvme-queue-pointer completionQueues.0.tail'],
  ],
  [
    'a tail at the end',
    state([], [completion(1, 8, 0, 8)]),
    ['info vf-state/nvme-queue-pointer-last completionQueues.0.tail'],
  ],
  [
    'a completion queue that is missing',
    state([submission(1, 2)], [CQ]),
    ['error vf-state/nvme-queue-completion submissionQueues.0.cqid'],
  ],
  ['a submission queue twice', state([SQ, SQ], [CQ]), ['error vf-state/nvme-queue-duplicate submissionQueues.1.qid']],
  ['a completion queue twice', state([SQ], [CQ, CQ]), ['error vf-state/nvme-queue-duplicate completionQueues.1.qid']],
]

describe('findings', () => {
  const found = CASES.map(([, bytes]) => findingsOf(format, bytes))
  test.each(CASES)('%s', (_, bytes, findings) => expect(findingsOf(format, bytes)).toEqual(findings))
  test('every code has its case', () => expect(uncovered(format.codes, 'vf-state/', found)).toEqual([]))
})

test('a state that is cut keeps the queues that are whole', () => {
  const { submissionQueues, completionQueues, vendorSpecific } = format.decode(healthy.subarray(0, 56 + 24 + 20))
  expect([submissionQueues.length, completionQueues.length, vendorSpecific.length]).toEqual([1, 0, 20])
  expect(decodeErrorOf(format as Format<never>, healthy.subarray(0, 55))).toBe(
    'layout/ended-early stateReserved@54 needs more',
  )
})

test('what a destination refuses', () => {
  const refused = (given: Uint8Array) =>
    judgeDifferences(diffFields(format.fields(given), format.fields(healthy)), []).flatMap(({ key, refusals }) =>
      (refusals ?? []).map(() => key),
    )
  const vendor = hex('01020304 05060708')
  expect(refused(state([submission(1, 1, 64, 9)], [completion(1)], { vendor }))).toEqual([])
  expect(refused(state([SQ, submission(2, 1), submission(3, 1)], [CQ], { vendor }))).toEqual(['submissionQueueCount'])
  expect(refused(state([SQ, submission(2, 1)], [CQ, completion(2)], { vendor }))).toEqual(['completionQueueCount'])
  expect(refused(state([SQ, submission(2, 1)], [CQ], { vendor, version: 1, stateVersion: 1 }))).toEqual([
    'version',
    'stateVersion',
  ])
})

describe('commands', () => {
  /** A command with dwords 10 to 15. */
  const command = (opcode: number, dwords: readonly number[]) =>
    image(64, [
      [0, 1, opcode],
      [2, 2, 0x1234],
      [24, 8, 0xabc000n],
      ...dwords.map((word, at) => [40 + 4 * at, 4, word] as const),
    ])
  test.each<[string, Uint8Array, object]>([
    [
      'suspend',
      command(0x41, [0, 0x8001_0007, 0, 0, 0, 0]),
      { operation: { select: 'SUSPEND' }, target: { controllerId: 7, type: 'SUSPEND', deleteQueue: true } },
    ],
    ['resume', command(0x41, [1, 7, 0, 0, 0, 0]), { operation: { select: 'RESUME' }, target: { controllerId: 7 } }],
    [
      'set controller state',
      command(0x41, [0x3_0002, 0x0201_0007, 0x10, 1, 5, 1024]),
      {
        operation: { select: 'SET_CONTROLLER_STATE', sequence: 'ENTIRE' },
        target: { controllerId: 7, versionIndex: 1, uuidIndex: 2 },
        offset: 0x1_0000_0010n,
        uuid: { index: 5 },
        dwordCount: 1024,
      },
    ],
    [
      'get controller state',
      command(0x42, [0x4_0000, 0x0201_0007, 0, 0, 0, 1023]),
      {
        operation: { select: 'GET_CONTROLLER_STATE', versionIndex: 4 },
        target: { controllerId: 7, uuidIndex: 1, uuidParameter: 2 },
        dwordCount: 1023,
      },
    ],
  ])('%s', (_, bytes, body) => {
    expect(findingsOf(commands, bytes)).toEqual([])
    expect(commands.decode(bytes)).toMatchObject({ commandId: 0x1234, prp1: 0xabc000n, command: body })
  })
})
