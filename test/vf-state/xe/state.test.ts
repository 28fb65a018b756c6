import { describe, expect, test } from 'vitest'
import { xeStateFormat as format, xeCodes, xeStateCodec } from '../../../src/vf-state/index.ts'
import { hex } from '../../vfio/support.ts'
import { hasCompiler, offsetsInC } from '../c-struct.ts'
import { findingsOf, uncovered } from '../support.ts'

// Packets are written after the reference's table: version, type, tile, GT, flags, offset, size, payload.

interface Header {
  readonly version?: number
  readonly tile?: number
  readonly gt?: number
  readonly flags?: number
  readonly offset?: number | bigint
  readonly size?: number | bigint
}

function packet(type: number, payload: Uint8Array, header: Header = {}): Uint8Array {
  const bytes = new Uint8Array(24 + payload.length)
  const view = new DataView(bytes.buffer)
  bytes.set([header.version ?? 1, type, header.tile ?? 0, header.gt ?? 0])
  view.setUint32(4, header.flags ?? 0, true)
  view.setBigUint64(8, BigInt(header.offset ?? 0), true)
  view.setBigUint64(16, BigInt(header.size ?? payload.length), true)
  bytes.set(payload, 24)
  return bytes
}

const stream = (...packets: readonly Uint8Array[]) => new Uint8Array(packets.flatMap((each) => [...each]))
const NONE = new Uint8Array()
const keys = (device = '80e6', revision = '00') => hex(`010001f0 ${device}0000 010002f0 ${revision}000000`)
const descriptor = packet(1, keys())
const trailer = packet(2, NONE)
const vram = (offset: number | bigint, length: number, header: Header = {}) =>
  packet(6, new Uint8Array(length), { offset, ...header })

test('a whole stream', () => {
  const bytes = stream(
    descriptor,
    packet(3, hex('0102030405060708')),
    packet(4, hex('aabbccdd'), { gt: 1 }),
    packet(5, hex('00')),
    vram(0, 16),
    vram(16n, 8, { tile: 1, gt: 2 }),
    trailer,
  )
  expect(findingsOf(format, bytes)).toEqual([])
  const head = { version: 1, tileId: 0, gtId: 0, flags: 0, offset: 0n }
  expect(format.decode(bytes).packets).toEqual([
    {
      ...{ ...head, type: 'descriptor', size: 16n },
      payload: [
        { header: { length: 1, key: 'device-id' }, value: 0xe680 },
        { header: { length: 1, key: 'revision' }, value: 0 },
      ],
    },
    { ...head, type: 'ggtt', size: 8n, payload: hex('0102030405060708') },
    { ...head, type: 'mmio', gtId: 1, size: 4n, payload: hex('aabbccdd') },
    { ...head, type: 'guc', size: 1n, payload: hex('00') },
    { ...head, type: 'vram', size: 16n, payload: new Uint8Array(16) },
    { ...head, type: 'vram', tileId: 1, gtId: 2, offset: 16n, size: 8n, payload: new Uint8Array(8) },
    { ...head, type: 'trailer', size: 0n, payload: NONE },
  ])
})

describe('detection', () => {
  test.each([
    ['a descriptor with keys', stream(descriptor, trailer), 0.9],
    ['keys in another order', stream(packet(1, hex('010002f0 00000000 010001f0 c0560000')), trailer), 0.9],
    ['a key of a newer driver', stream(packet(1, hex('010003f0 00000000 010002f0 00000000')), trailer), 0.9],
    ['an empty descriptor', stream(packet(1, NONE), trailer), 0.7],
  ])('%s', (_, head, least) => {
    expect(format.detect({ head })).toBeGreaterThan(least)
  })
  test.each([
    ['another version', stream(packet(1, keys(), { version: 2 }), trailer)],
    ['flags', stream(packet(1, keys(), { flags: 1 }), trailer)],
    ['an offset', stream(packet(1, keys(), { offset: 1 }), trailer)],
    ['other keys', stream(packet(1, hex('010003f0 00000000 010004f0 00000000')), trailer)],
    ['a trailer first', stream(trailer, trailer)],
    ['a header alone', packet(1, NONE)],
    ['zeros', new Uint8Array(64)],
  ])('not with %s', (_, head) => {
    expect(format.detect({ head })).toBe(0)
  })
})

test.runIf(hasCompiler())('layout in C', () => {
  const source = `struct hdr { uint8_t version; uint8_t type; uint8_t tile_id; uint8_t gt_id; uint32_t flags; uint64_t offset; uint64_t size; } __attribute__((packed));`
  const names = {
    version: 'version',
    type: 'type',
    tile_id: 'tileId',
    gt_id: 'gtId',
    flags: 'flags',
    offset: 'offset',
    size: 'size',
  }
  const offsets = offsetsInC(source, 'hdr', Object.keys(names))
  const fields = new Map(xeStateCodec.fields(trailer).map(({ path, offset }) => [path[2], offset]))
  for (const [theirs, ours] of Object.entries(names)) expect(fields.get(ours)).toBe(offsets.get(theirs))
  expect(offsets.get('sizeof')).toBe(24)
})

const at = (index: number, name: string) => `packets.${index}${name && `.${name}`}`
const cases: readonly { name: string; bytes: Uint8Array; found: readonly string[] }[] = [
  { name: 'an empty descriptor', bytes: stream(packet(1, NONE), trailer), found: [] },
  {
    name: 'version 2',
    bytes: stream(descriptor, packet(2, NONE, { version: 2 })),
    found: [`error vf-state/xe-version ${at(1, 'version')}`],
  },
  {
    name: 'type 0',
    bytes: stream(descriptor, packet(0, NONE), trailer),
    found: [`info layout/unknown-value ${at(1, 'type')}`, `warning vf-state/xe-unknown-type ${at(1, 'type')}`],
  },
  {
    name: 'no descriptor',
    bytes: trailer,
    found: [`warning vf-state/xe-no-descriptor ${at(0, 'type')}`],
  },
  { name: 'no trailer', bytes: descriptor, found: ['error vf-state/xe-no-trailer packets'] },
  { name: 'nothing', bytes: NONE, found: ['error vf-state/xe-no-trailer packets'] },
  {
    name: 'a packet after the trailer',
    bytes: stream(descriptor, trailer, packet(5, NONE)),
    found: [`error vf-state/xe-after-trailer ${at(2, '')}`],
  },
  {
    name: 'a trailer with a payload',
    bytes: stream(descriptor, packet(2, hex('00'))),
    found: [`error vf-state/xe-trailer-payload ${at(1, 'size')}`],
  },
  {
    name: 'a trailer with an offset',
    bytes: stream(descriptor, packet(2, NONE, { offset: 1 })),
    found: [`error vf-state/xe-trailer-payload ${at(1, 'offset')}`],
  },
  {
    name: 'a descriptor for another tile',
    bytes: stream(packet(1, keys(), { tile: 1 }), trailer),
    found: [`error vf-state/xe-place ${at(0, 'tileId')}`],
  },
  {
    name: 'a trailer for another GT',
    bytes: stream(descriptor, packet(2, NONE, { gt: 1 })),
    found: [`error vf-state/xe-place ${at(1, 'gtId')}`],
  },
  {
    name: 'a payload that is cut',
    bytes: stream(descriptor, packet(5, hex('0102'), { size: 3 })),
    found: [`error vf-state/xe-past-end ${at(1, 'size')}`, 'error vf-state/xe-no-trailer packets'],
  },
  {
    name: 'a size beyond all bytes',
    bytes: stream(descriptor, packet(5, NONE, { size: 2n ** 52n })),
    found: [`error vf-state/xe-past-end ${at(1, 'size')}`, 'error vf-state/xe-no-trailer packets'],
  },
  {
    name: 'VRAM twice',
    bytes: stream(descriptor, vram(8, 8), vram(0, 9), trailer),
    found: [`warning vf-state/xe-vram-overlap ${at(2, 'offset')}`],
  },
  { name: 'VRAM of two tiles', bytes: stream(descriptor, vram(0, 8), vram(0, 8, { tile: 1 }), trailer), found: [] },
  { name: 'VRAM side by side', bytes: stream(descriptor, vram(8, 8), vram(0, 8), trailer), found: [] },
  {
    name: 'flags',
    bytes: stream(descriptor, packet(2, NONE, { flags: 1 })),
    found: [`info vf-state/xe-flags ${at(1, 'flags')}`],
  },
  {
    name: 'a descriptor of 17 bytes',
    bytes: stream(packet(1, stream(keys(), hex('00'))), trailer),
    found: [`error layout/damaged-part ${at(0, 'payload')}`, `error vf-state/xe-descriptor-size ${at(0, 'size')}`],
  },
  {
    name: 'a key that is cut',
    bytes: stream(packet(1, hex('020001f0 80e60000')), trailer),
    found: [`error vf-state/xe-klv-incomplete ${at(0, 'payload.0.header')}`],
  },
  {
    name: 'a device ID of two words',
    bytes: stream(packet(1, hex('020001f0 80e60000 00000000')), trailer),
    found: [`warning vf-state/xe-klv-length ${at(0, 'payload.0.header')}`],
  },
  {
    name: 'an unknown key',
    bytes: stream(packet(1, hex('010003f0 00000000')), trailer),
    found: [`info vf-state/xe-klv-unknown ${at(0, 'payload.0.header')}`],
  },
  { name: 'half a header', bytes: trailer.slice(0, 12), found: ['error layout/damaged-part packets'] },
  {
    name: 'a size that no file has',
    bytes: packet(5, NONE, { size: 2n ** 63n }),
    found: ['error layout/damaged-part packets'],
  },
]

test.each(cases)('$name', ({ bytes, found }) => {
  const own = findingsOf(format, bytes).filter((line) => !line.endsWith('header.key'))
  expect(own).toEqual(found)
})

test('every code has a case', () => {
  expect(
    uncovered(
      xeCodes.entries,
      'vf-state/xe',
      cases.map(({ found }) => found),
    ),
  ).toEqual([])
})

describe('what a destination refuses', () => {
  const own = format.decode(stream(descriptor, packet(5, NONE), packet(5, NONE, { gt: 1 }), trailer))
  test.each([
    ['the same GTs', stream(descriptor, packet(5, NONE, { gt: 1 }), trailer), []],
    [
      'another GT, said once',
      stream(descriptor, packet(5, NONE, { gt: 2 }), packet(4, NONE, { gt: 2 }), trailer),
      [/tile 0 and GT 2.*EINVAL.*xe_sriov_pf_migration\.c/],
    ],
    ['another tile', stream(descriptor, packet(6, NONE, { tile: 1 }), trailer), [/tile 1 and GT 0/]],
  ])('%s', (_, given, says) => {
    const messages = format.refusals?.(format.decode(given), own).map(({ message }) => message)
    expect(messages).toEqual(says.map((pattern) => expect.stringMatching(pattern)))
  })
  test('device ID and revision have to be equal', () => {
    const compared = format.fields(descriptor).filter(({ type }) => type.agreement?.rule === 'equal')
    expect(compared.map(({ path, value }) => [path.join('.'), value])).toEqual([
      ['packets.0.payload.0.value', 0xe680],
      ['packets.0.payload.1.value', 0],
    ])
  })
})
