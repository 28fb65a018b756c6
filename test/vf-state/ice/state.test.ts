import { describe, expect, test } from 'vitest'
import { evidenceOfParts } from '../../../src/layout/index.ts'
import {
  iceStateFormat as format,
  type IceState,
  ice2023Codes,
  iceCodes,
  iceState2023Format,
  iceStateCodec,
} from '../../../src/vf-state/index.ts'
import { hex, image, le } from '../../vfio/support.ts'
import { hasCompiler, offsetsInC } from '../c-struct.ts'
import { decodeErrorOf, findingsOf, uncovered } from '../support.ts'

// Parts are written after the reference's table; numbers in them are [offset, size, value].

type Part = readonly [number, number, number | bigint]

const tlv = (type: number, data: Uint8Array, length = data.length) =>
  Uint8Array.of(...le(type, 2), ...le(length, 2), ...data)
const join = (...parts: readonly Uint8Array[]) => new Uint8Array(parts.flatMap((part) => [...part]))

const header = (count = 11, ...more: readonly Part[]) =>
  tlv(1, image(8, [[0, 4, 0xe8000001], [4, 2, 1], [6, 2, count], ...more]))
const end = tlv(0, new Uint8Array())
/** 163 opcodes: six words of allow-list, 110 bytes, padded to 112. */
const vfInfo = (...more: readonly Part[]) =>
  tlv(
    2,
    image(112, [
      [0, 6, 0x563412005452],
      [6, 6, 0x573412005452],
      [12, 4, 0x00160001],
      [16, 4, 1],
      [20, 4, 2],
      [24, 4, 3],
      [28, 2, 8],
      [32, 4, 5],
      [36, 4, 6],
      [40, 4, 7],
      [44, 4, 9],
      [48, 4, 10],
      [52, 1, 11],
      [56, 4, 1],
      [60, 4, 1],
      [64, 4, 100],
      [68, 4, 200],
      [72, 4, 163],
      [76, 2, 16],
      [78, 2, 17],
      [80, 2, 0x8100],
      [82, 2, 42],
      [84, 1, 3],
      [85, 1, 0b10101001],
      [86, 4, 0x11111111],
      [106, 4, 0x66666666],
      ...more,
    ]),
  )
const txQueue = (...more: readonly Part[]) =>
  tlv(3, image(20, [[0, 8, 0x1_2345_6000n], [8, 2, 512], [10, 2, 7], [12, 2, 1], [14, 2, 2], [16, 1, 3], ...more]))
const rxQueue = (...more: readonly Part[]) =>
  tlv(
    4,
    image(28, [
      [0, 8, 0x2_0000_0000n],
      [8, 2, 1518],
      [10, 2, 2048],
      [12, 4, 22],
      [16, 2, 512],
      [18, 2, 5],
      [20, 2, 4],
      [22, 2, 1],
      [24, 2, 2],
      [26, 1, 7],
      ...more,
    ]),
  )
const msix = (...more: readonly Part[]) =>
  tlv(
    5,
    image(28, [[0, 4, 1], [4, 4, 2], [8, 4, 3], [12, 4, 4], [16, 4, 5], [20, 2, 1], [22, 2, 0], [24, 2, 2], ...more]),
  )
const mailbox = tlv(
  6,
  image(
    40,
    Array.from({ length: 10 }, (_, index) => [4 * index, 4, index + 1] as const),
  ),
)
const stats = tlv(
  7,
  image(
    96,
    Array.from({ length: 12 }, (_, index) => [8 * index, 8, BigInt(index) << 32n] as const),
  ),
)
const rss = tlv(
  8,
  image(128, [
    [0, 8, 0xff],
    [8, 1, 0xaa],
    [48, 1, 0xbb],
    [60, 2, 64],
    [62, 1, 1],
    [63, 1, 0xcc],
    [126, 1, 0xdd],
  ]),
)
const vlans = tlv(
  9,
  image(12, [
    [0, 2, 2],
    [2, 2, 0x8100],
    [4, 2, 1],
    [6, 2, 0x88a8],
    [8, 2, 2],
  ]),
)
const macs = tlv(
  10,
  image(8, [
    [0, 2, 1],
    [2, 6, 0x563412005452],
  ]),
)

const state = (...parts: readonly Uint8Array[]) => join(header(), vfInfo(), ...parts, end)
const whole = state(txQueue(), rxQueue(), msix(), mailbox, stats, rss, vlans, macs)

test('first bytes and lengths are those of the reference', () => {
  expect(whole.subarray(0, 12)).toEqual(hex('0100 0800 010000e8 0100 0b00'))
  // Length is 86 and 4 bytes for each of 6 words, rounded up.
  expect(vfInfo().length).toBe(4 + 112)
  expect([txQueue, rxQueue, msix].map((part) => part().length - 4)).toEqual([20, 28, 28])
  expect([mailbox, stats, rss, vlans, macs].map(({ length }) => length - 4)).toEqual([40, 96, 128, 12, 8])
})

describe('every part', () => {
  const value = format.decode(whole) as IceState & { tlvs: readonly { type: string; data: unknown }[] }
  const data = (type: string) => value.tlvs.find((part) => part.type === type)?.data

  test('nothing to say', () => {
    expect(findingsOf(format, whole)).toEqual([])
    expect(value.tlvs.map(({ type }) => type)).toEqual([
      ...[
        'header',
        'vf-info',
        'tx-queue',
        'rx-queue',
        'msix-regs',
        'mbx-regs',
        'stats',
        'rss',
        'vlan-filters',
        'mac-filters',
        'end',
      ],
    ])
  })
  test('header and VF', () => {
    expect(data('header')).toEqual({ magic: 0xe8000001, version: 1, numSupportedTlvs: 11 })
    expect(data('vf-info')).toEqual({
      ...{ devLanAddr: hex('525400123456'), hwLanAddr: hex('525400123457'), driverCaps: 0x00160001 },
      vlanCaps: {
        filtering: { outer: 1, inner: 2, ethertypeInit: 3, maxFilters: 8, padding: new Uint8Array(2) },
        ...{ stripping: { outer: 5, inner: 6 }, insertion: { outer: 7, inner: 9 } },
        ...{ ethertypeInit: 10, ethertypeMatch: 11, padding: new Uint8Array(3) },
      },
      ...{
        majorVersion: 1,
        minorVersion: 1,
        minTxRate: 100,
        maxTxRate: 200,
        virtchnlOpMax: 163,
        numVfQs: 16,
        numMsix: 17,
      },
      ...{ portVlanTpid: 0x8100, portVlanVid: 42, portVlanPrio: 3 },
      state: {
        ...{ innerVlanStrip: true, outerVlanStrip: false, pfSetMac: false, trusted: true },
        ...{ spoofCheck: false, driverActive: true, linkForced: false, linkUp: true },
      },
      opcodesAllowlist: [0x11111111, 0, 0, 0, 0, 0x66666666],
      padding: new Uint8Array(2),
    })
  })
  test('queues and vectors', () => {
    const ids = { queueId: 1, vectorId: 2 }
    expect(data('tx-queue')).toEqual({
      ...{ dma: 0x1_2345_6000n, count: 512, head: 7, ...ids, padding: new Uint8Array(3) },
      state: { vectorValid: true, enabled: true, reserved: 0 },
    })
    expect(data('rx-queue')).toEqual({
      ...{ dma: 0x2_0000_0000n, maxFrame: 1518, rxBufLen: 2048, rxdid: 22, count: 512, head: 5, tail: 4, ...ids },
      ...{ state: { vectorValid: true, crcStrip: true, enabled: true, reserved: 0 }, padding: new Uint8Array(1) },
    })
    expect(data('msix-regs')).toEqual({
      ...{ intDynCtl: 1, intItr: [2, 3, 4, 5], txItrIdx: 1, rxItrIdx: 0, vectorId: 2, padding: new Uint8Array(2) },
    })
    expect(data('mbx-regs')).toEqual({
      atq: { head: 1, tail: 2, baseLow: 3, baseHigh: 4, length: 5 },
      arq: { head: 6, tail: 7, baseLow: 8, baseHigh: 9, length: 10 },
    })
  })
  test('counters and filters', () => {
    expect(Object.values(data('stats') as object)).toEqual(
      Array.from({ length: 12 }, (_, index) => BigInt(index) << 32n),
    )
    expect(data('rss')).toMatchObject({ hashConfig: 0xffn, lutSize: 64, hashFunction: 1, padding: new Uint8Array(1) })
    const { key, extendedKey, lut } = data('rss') as Record<string, Uint8Array>
    expect([key?.length, key?.[0], extendedKey?.length, extendedKey?.[0], lut?.length, lut?.[0], lut?.[63]]).toEqual([
      ...[40, 0xaa, 12, 0xbb, 64, 0xcc, 0xdd],
    ])
    const padding = new Uint8Array(2)
    expect(data('vlan-filters')).toEqual({
      count: 2,
      vlans: [
        { tpid: 0x8100, vid: 1 },
        { tpid: 0x88a8, vid: 2 },
      ],
      padding,
    })
    expect(data('mac-filters')).toEqual({ count: 1, macs: [hex('525400123456')], padding: new Uint8Array() })
  })
  test('evidence', () => {
    const derived = evidenceOfParts(iceStateCodec.type).filter(({ evidence }) => evidence === 'derived')
    const names = derived.map(({ path }) => path.split('.').at(-1))
    expect(names).toEqual(expect.arrayContaining(['devLanAddr', 'opcodesAllowlist', 'hashConfig', 'lut']))
    expect(names).not.toContain('rxdid')
  })
})

test('detection', () => {
  expect(format.detect({ head: whole })).toBe(1)
  expect(format.detect({ head: whole.subarray(4) })).toBe(0)
  expect(iceState2023Format.detect({ head: whole.subarray(4) })).toBe(0.9)
  expect(iceState2023Format.detect({ head: whole })).toBe(0)
  expect(format.detect({ head: whole.subarray(0, 7) })).toBe(0)
})

describe.runIf(hasCompiler())('layout in C', () => {
  const CAPS = `struct caps { uint32_t outer; uint32_t inner; };
struct filtering { struct caps support; uint32_t ethertype_init; uint16_t max_filters; uint8_t pad[2]; };
struct offloads { struct caps stripping; struct caps insertion; uint32_t ethertype_init; uint8_t ethertype_match; uint8_t pad[3]; };
struct vlan_caps { struct filtering filtering; struct offloads offloads; };`
  const structs: readonly [string, number, string, Readonly<Record<string, string>>][] = [
    [
      `${CAPS} struct s { uint8_t dev[6]; uint8_t hw[6]; uint32_t driver_caps; struct vlan_caps vlan; uint32_t major; uint32_t minor; uint32_t min_rate;
uint32_t max_rate; uint32_t op_max; uint16_t queues; uint16_t msix; uint16_t tpid; uint16_t vid; uint8_t prio; uint8_t bits; uint32_t list[]; } __attribute__((packed));`,
      1,
      'vf-info',
      {
        ...{
          dev: 'devLanAddr',
          hw: 'hwLanAddr',
          driver_caps: 'driverCaps',
          'vlan.filtering.max_filters': 'vlanCaps.filtering.maxFilters',
        },
        ...{
          'vlan.offloads.stripping': 'vlanCaps.stripping.outer',
          'vlan.offloads.insertion.inner': 'vlanCaps.insertion.inner',
        },
        ...{
          'vlan.offloads.ethertype_init': 'vlanCaps.ethertypeInit',
          'vlan.offloads.ethertype_match': 'vlanCaps.ethertypeMatch',
        },
        ...{
          major: 'majorVersion',
          minor: 'minorVersion',
          min_rate: 'minTxRate',
          max_rate: 'maxTxRate',
          op_max: 'virtchnlOpMax',
        },
        ...{ queues: 'numVfQs', msix: 'numMsix', tpid: 'portVlanTpid', vid: 'portVlanVid', prio: 'portVlanPrio' },
        ...{ bits: 'state.trusted', list: 'opcodesAllowlist.0' },
      },
    ],
    [
      'struct s { uint64_t dma; uint16_t count; uint16_t head; uint16_t queue; uint16_t vector; uint8_t bits; } __attribute__((packed));',
      2,
      'tx-queue',
      { dma: 'dma', count: 'count', head: 'head', queue: 'queueId', vector: 'vectorId', bits: 'state.enabled' },
    ],
    [
      'struct s { uint64_t dma; uint16_t max_frame; uint16_t buf_len; uint32_t rxdid; uint16_t count; uint16_t head; uint16_t tail; uint16_t queue; uint16_t vector; uint8_t bits; } __attribute__((packed));',
      3,
      'rx-queue',
      {
        ...{ max_frame: 'maxFrame', buf_len: 'rxBufLen', rxdid: 'rxdid', count: 'count', head: 'head', tail: 'tail' },
        ...{ queue: 'queueId', vector: 'vectorId', bits: 'state.enabled' },
      },
    ],
    [
      'struct s { uint32_t dyn_ctl; uint32_t intr[4]; uint16_t tx; uint16_t rx; uint16_t vector; } __attribute__((packed));',
      4,
      'msix-regs',
      { dyn_ctl: 'intDynCtl', intr: 'intItr.0', tx: 'txItrIdx', rx: 'rxItrIdx', vector: 'vectorId' },
    ],
    [
      'struct s { uint64_t hashcfg; struct { uint8_t key[40]; uint8_t more[12]; } key; uint16_t lut_size; uint8_t hfunc; uint8_t lut[]; } __attribute__((packed));',
      7,
      'rss',
      {
        hashcfg: 'hashConfig',
        'key.key': 'key',
        'key.more': 'extendedKey',
        lut_size: 'lutSize',
        hfunc: 'hashFunction',
        lut: 'lut',
      },
    ],
  ]
  const fields = format.fields(whole)
  test.each(structs)('%#', (source, index, _, names) => {
    const offsets = offsetsInC(source, 's', Object.keys(names))
    const prefix = `tlvs.${index}.data.`
    const own = fields.filter(({ path }) => path.join('.').startsWith(prefix))
    const base = own[0]?.offset ?? 0
    for (const [theirs, ours] of Object.entries(names)) {
      expect((own.find(({ path }) => path.join('.') === prefix + ours)?.offset ?? -1) - base, theirs).toBe(
        offsets.get(theirs),
      )
    }
  })
})

const at = (index: number, name: string) => `tlvs.${index}.${name}`
const cases: readonly { name: string; bytes: Uint8Array; found: readonly string[] }[] = [
  { name: 'the least', bytes: state(), found: [] },
  {
    name: 'no header',
    bytes: join(vfInfo(), end),
    found: [`error vf-state/ice-no-header ${at(0, 'type')}`],
  },
  {
    name: 'another magic',
    bytes: join(header(11, [0, 4, 1]), vfInfo(), end),
    found: [`error vf-state/ice-magic ${at(0, 'data.magic')}`],
  },
  {
    name: 'version 2',
    bytes: join(header(11, [4, 2, 2]), vfInfo(), end),
    found: [`error vf-state/ice-version ${at(0, 'data.version')}`],
  },
  {
    name: 'a type that the header does not have',
    bytes: join(header(10), vfInfo(), macs, end),
    found: [`error vf-state/ice-unsupported-type ${at(2, 'type')}`],
  },
  {
    name: 'a type that no driver has',
    bytes: join(header(12), vfInfo(), tlv(11, new Uint8Array(4)), end),
    found: [`info layout/unknown-value ${at(2, 'type')}`, `error vf-state/ice-unsupported-type ${at(2, 'type')}`],
  },
  {
    name: 'a length of 6',
    bytes: join(header(), vfInfo(), tlv(9, hex('0100 0081 0100')), end),
    found: [`error vf-state/ice-unaligned ${at(2, 'length')}`],
  },
  {
    name: 'counters that are too short',
    bytes: state(tlv(7, new Uint8Array(92))),
    found: [`error vf-state/ice-length ${at(2, 'length')}`],
  },
  {
    name: 'filters that are too short',
    bytes: state(tlv(10, hex('0200 525400123456'))),
    found: [`error layout/damaged-part ${at(2, 'data')}`, `error vf-state/ice-length ${at(2, 'length')}`],
  },
  {
    name: 'filters that are too long',
    bytes: state(tlv(10, hex('0100 525400123456 00000000'))),
    found: [`error vf-state/ice-length ${at(2, 'length')}`],
  },
  {
    name: 'an end with data',
    bytes: join(header(), vfInfo(), tlv(0, new Uint8Array(4))),
    found: [`error vf-state/ice-length ${at(2, 'length')}`],
  },
  {
    name: 'a part that is cut',
    bytes: join(header(), vfInfo(), stats.slice(0, 96)),
    found: [
      `error layout/damaged-part ${at(2, 'data')}`,
      `error vf-state/ice-past-end ${at(2, 'length')}`,
      'error vf-state/ice-no-end tlvs',
    ],
  },
  { name: 'no end', bytes: join(header(), vfInfo()), found: ['error vf-state/ice-no-end tlvs'] },
  {
    name: 'a word after the end',
    bytes: join(state(), end),
    found: [`warning vf-state/ice-after-end ${at(2, 'after')}`],
  },
  {
    name: 'a byte after the end',
    bytes: join(state(), hex('00')),
    found: [`warning vf-state/ice-after-end ${at(2, 'after')}`],
  },
  { name: 'no VF', bytes: join(header(), end), found: ['error vf-state/ice-no-vf-info tlvs'] },
  {
    name: 'a transmit queue too many',
    bytes: state(txQueue([12, 2, 16])),
    found: [`error vf-state/ice-queue ${at(2, 'data.queueId')}`],
  },
  {
    name: 'a receive queue too many',
    bytes: state(rxQueue([22, 2, 16])),
    found: [`error vf-state/ice-queue ${at(2, 'data.queueId')}`],
  },
  {
    name: 'a vector too many',
    bytes: state(msix([24, 2, 17])),
    found: [`error vf-state/ice-queue ${at(2, 'data.vectorId')}`],
  },
  {
    name: 'a head behind the ring',
    bytes: state(txQueue([10, 2, 512])),
    found: [`error vf-state/ice-head ${at(2, 'data.head')}`],
  },
  {
    name: 'a receive head behind the ring',
    bytes: state(rxQueue([18, 2, 512])),
    found: [`warning vf-state/ice-head ${at(2, 'data.head')}`],
  },
  {
    name: 'a tail behind the ring',
    bytes: state(rxQueue([20, 2, 512])),
    found: [`info vf-state/ice-tail ${at(2, 'data.tail')}`],
  },
  {
    name: 'reserved bits',
    bytes: state(txQueue([16, 1, 4])),
    found: [`info layout/reserved-not-zero ${at(2, 'data.state.reserved')}`],
  },
]

test.each(cases)('$name', ({ bytes, found }) => {
  expect(findingsOf(format, bytes)).toEqual(found)
})

test('every code has a case', () => {
  const own = Object.fromEntries(Object.entries(iceCodes.entries).filter(([code]) => !code.includes('2023')))
  expect(
    uncovered(
      own,
      'vf-state/ice',
      cases.map(({ found }) => found),
    ),
  ).toEqual([])
})

describe('the form of 2023', () => {
  const old = (length: number, ...more: readonly Part[]) =>
    image(length, [
      [0, 4, 0xe8000001],
      [4, 4, 1],
      [8, 8, length],
      [16, 4, 0x00160001],
      [20, 2, 16],
      [22, 2, 8],
      ...more,
    ])
  test('what is known of it', () => {
    expect(iceState2023Format.decode(old(28))).toEqual({
      ...{ magic: 0xe8000001, version: 1, totalSize: 28n, vfCaps: 0x00160001, numTxQueues: 16, numRxQueues: 8 },
      rest: new Uint8Array(4),
    })
  })
  const found: readonly [string, Uint8Array, readonly string[]][] = [
    ['nothing behind the queues', old(24), []],
    ['more', old(28), ['info vf-state/ice-2023-opaque rest']],
    ['version 2', old(24, [4, 4, 2]), ['error vf-state/ice-2023-version version']],
    ['cut', old(24, [8, 8, 25]), ['error vf-state/ice-2023-size totalSize']],
  ]
  test.each(found)('%s', (_, bytes, findings) => {
    expect(findingsOf(iceState2023Format, bytes)).toEqual(findings)
  })
  test('every code has a case', () => {
    expect(
      uncovered(
        ice2023Codes.entries,
        'vf-state/ice',
        found.map(([, , findings]) => findings),
      ),
    ).toEqual([])
    expect(decodeErrorOf(iceState2023Format as never, whole)).toBe('layout/wrong-magic magic@0')
  })
})

describe('what a destination refuses', () => {
  const refused = (given: Uint8Array, own: Uint8Array) =>
    format
      .refusals?.(format.decode(given), format.decode(own))
      .map(({ path, message }) => `${path.join('.')} ${message}`)
  test('nothing of an equal state', () => {
    expect(refused(whole, whole)).toEqual([])
  })
  test.each([
    [
      'a type that it does not know',
      join(header(), vfInfo(), macs, end),
      join(header(3), vfInfo(), end),
      /^tlvs\.2 .*type 10.*EPROTONOSUPPORT/,
    ],
    [
      'a queue that it does not have',
      state(txQueue()),
      join(header(), vfInfo([76, 2, 1]), end),
      /queueId .*queue 1 .*has 1 \(EINVAL\).*load_tx_queue\.$/,
    ],
    ['a receive queue', state(rxQueue()), join(header(), vfInfo([76, 2, 1]), end), /load_rx_queue\.$/],
  ])('%s', (_, given, own, says) => {
    expect(refused(given, own)).toEqual([expect.stringMatching(says)])
  })
  test('fields that are compared', () => {
    const compared = format
      .fields(whole)
      .flatMap(({ path, type }) => (type.agreement ? [`${path.at(-1)} ${type.agreement.rule}`] : []))
    expect(compared).toEqual(['version equal', 'numVfQs at-most', 'numMsix at-most'])
  })
})
