import { describe, expect, test } from 'vitest'
import { EncodeError } from '../../src/findings/index.ts'
import type { Json } from '../../src/layout/index.ts'
import { type RegionInfo, regionInfoFormat } from '../../src/vfio/index.ts'
import { hex } from './support.ts'

const LITTLE = `58000000 0f000000 00000000 20000000 0040000000000000 0000000000000000
     0100 0100 40000000 01000000 00000000 0010000000000000 0030000000000000
     0200 0100 50000000 86800080 01000000
     0300 0100 00000000`
const BIG = `00000058 0000000f 00000000 00000020 0000000000004000 0000000000000000
     0001 0001 00000040 00000001 00000000 0000000000001000 0000000000003000
     0002 0001 00000050 80008086 00000001
     0003 0001 00000000`

test.each([
  ['little', LITTLE],
  ['big', BIG],
] as const)('all three capabilities, %s-endian', (byteOrder, text) => {
  const input = hex(text)
  const value = {
    argsz: 88,
    flags: { read: true, write: true, mmap: true, caps: true, reserved: 0 },
    index: 0,
    capOffset: 32,
    size: 0x4000n,
    offset: 0n,
    capabilities: [
      {
        offset: 32,
        header: { id: 1, version: 1, next: 64 },
        body: { nrAreas: 1, reserved: new Uint8Array(4), areas: [{ offset: 0x1000n, size: 0x3000n }] },
      },
      { offset: 64, header: { id: 2, version: 1, next: 80 }, body: { type: 0x80008086, subtype: 1 } },
      { offset: 80, header: { id: 3, version: 1, next: 0 }, body: {} },
    ],
    gaps: [],
  }
  expect(regionInfoFormat.inspect(input, { byteOrder })).toEqual({ value, findings: [] })
  expect(regionInfoFormat.encode(value as RegionInfo, { byteOrder })).toEqual(input)
})

const u32 = (value: number) => {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value, true)
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Region information with the given tail; flags read, write, mmap and capabilities unless told otherwise. */
const info = (tail: string, { capOffset = 32, flags = 0xf, argsz = 32 + hex(tail).length } = {}) =>
  hex(`${u32(argsz)}${u32(flags)}${u32(9)}${u32(capOffset)}0040000000000000 0000000000000000 ${tail}`)
const cap = (id: number, next: number, body = '', version = 1) =>
  `${u32(id | (version << 16))}${u32(next)}${body.replaceAll(/\s/g, '')}`
const TYPE = '86800080 04000000'
const area = (offset: number, size: number) => `${u32(offset)}${u32(0)}${u32(size)}${u32(0)}`

interface Case {
  readonly what: string
  readonly bytes: Uint8Array
  readonly codes: readonly string[]
  /** Offsets of the capabilities in chain order. */
  readonly at: readonly number[]
  readonly gaps?: readonly number[]
}

const cases: readonly Case[] = [
  { what: 'no capabilities', bytes: info('', { flags: 3, capOffset: 0 }), codes: [], at: [] },
  { what: 'one', bytes: info(cap(2, 0, TYPE)), codes: [], at: [32] },
  {
    what: 'a chain that leads backwards, with a gap',
    bytes: info(`${cap(3, 0)}0000000000000000${cap(2, 32, TYPE)}`, { capOffset: 48 }),
    codes: [],
    at: [48, 32],
    gaps: [40],
  },
  {
    what: 'a gap with content',
    bytes: info(`${cap(3, 48)}0000000000000001${cap(2, 0, TYPE)}`),
    codes: ['vfio/gap-not-zero'],
    at: [32, 48],
    gaps: [40],
  },
  { what: 'a loop', bytes: info(cap(2, 32, TYPE)), codes: ['vfio/capability-loop'], at: [32] },
  {
    what: 'a longer loop',
    bytes: info(`${cap(2, 48, TYPE)}${cap(3, 32)}`),
    codes: ['vfio/capability-loop'],
    at: [32, 48],
  },
  { what: 'out of the bytes', bytes: info(cap(2, 0x1000, TYPE)), codes: ['vfio/capability-past-end'], at: [32] },
  {
    what: 'a header that is cut',
    bytes: info(`${cap(2, 48, TYPE)}03000100`),
    codes: ['vfio/capability-past-end', 'vfio/gap-not-zero'],
    at: [32],
    gaps: [48],
  },
  {
    what: 'into the fixed part',
    bytes: info(cap(2, 0, TYPE), { capOffset: 16 }),
    codes: ['vfio/capability-overlap', 'vfio/gap-not-zero'],
    at: [],
    gaps: [32],
  },
  {
    what: 'into another header',
    bytes: info(cap(2, 36, TYPE)),
    codes: ['vfio/capability-overlap'],
    at: [32],
  },
  {
    what: 'a body that the next header cuts',
    bytes: info(`${cap(2, 44, '86800080')}${cap(3, 0)}`),
    codes: ['vfio/capability-damaged', 'vfio/capability-misaligned'],
    at: [32, 44],
  },
  {
    what: 'more areas than there is room for',
    bytes: info(cap(1, 0, `ffffffff 00000000 ${area(0, 0x1000)}`)),
    codes: ['vfio/capability-damaged'],
    at: [32],
  },
  { what: 'an unknown capability', bytes: info(cap(9, 0, 'aabbccdd')), codes: ['vfio/capability-unknown'], at: [32] },
  { what: 'another version', bytes: info(cap(2, 0, TYPE, 2)), codes: ['vfio/capability-version'], at: [32] },
  {
    what: 'the same twice',
    bytes: info(`${cap(2, 48, TYPE)}${cap(2, 0, TYPE)}`),
    codes: ['vfio/capability-twice'],
    at: [32, 48],
  },
  {
    what: 'an offset without the flag',
    bytes: info(cap(2, 0, TYPE), { flags: 7 }),
    codes: ['vfio/capabilities-flag', 'vfio/gap-not-zero'],
    at: [],
    gaps: [32],
  },
  { what: 'the flag without an offset', bytes: info('', { capOffset: 0 }), codes: ['vfio/capabilities-flag'], at: [] },
  {
    what: 'a first answer: the capabilities do not fit',
    bytes: info('', { capOffset: 0, argsz: 88 }),
    codes: ['vfio/capabilities-left-out'],
    at: [],
  },
  {
    what: 'a capture that was cut',
    bytes: info(cap(2, 48, TYPE), { argsz: 56 }),
    codes: ['vfio/capability-past-end', 'vfio/argsz-past-end'],
    at: [32],
  },
  {
    what: 'bytes behind argsz',
    bytes: info(`${cap(2, 0, TYPE)}aabb`, { argsz: 48 }),
    codes: ['layout/trailing-bytes'],
    at: [32],
  },
  { what: 'argsz 0', bytes: info('', { flags: 3, capOffset: 0, argsz: 0 }), codes: ['vfio/argsz-too-small'], at: [] },
  {
    what: 'an area outside the region',
    bytes: info(cap(1, 0, `01000000 00000000 ${area(0x3000, 0x2000)}`)),
    codes: ['vfio/sparse-area-outside'],
    at: [32],
  },
  {
    what: 'a type that two designs have',
    bytes: info(cap(2, 0, '02000000 01000000')),
    codes: ['vfio/region-type-ambiguous'],
    at: [32],
  },
  {
    what: 'areas without the flag',
    bytes: info(cap(1, 0, `01000000 00000000 ${area(0, 0x1000)}`), { flags: 0xb }),
    codes: ['vfio/sparse-without-mmap'],
    at: [32],
  },
]

describe.each(cases)('$what', ({ bytes, codes, at, gaps = [] }) => {
  const { value, findings } = regionInfoFormat.inspect(bytes)
  test('findings', () => {
    expect(findings.map(({ code }) => code)).toEqual(codes)
    expect(value?.capabilities.map(({ offset }) => offset)).toEqual(at)
    expect(value?.gaps.map(({ offset }) => offset)).toEqual(gaps)
  })
  test('nothing is lost', () => {
    expect(regionInfoFormat.encode(value as RegionInfo)).toEqual(bytes)
    const json = JSON.parse(JSON.stringify(regionInfoFormat.toJson(value as RegionInfo))) as Json
    expect(regionInfoFormat.encode(regionInfoFormat.fromJson(json))).toEqual(bytes)
  })
})

test('fewer bytes than the fixed part', () => {
  expect(() => regionInfoFormat.decode(new Uint8Array(31))).toThrow(
    expect.objectContaining({ code: 'layout/ended-early', needsMore: true }),
  )
})

test('parts that overlap or leave a hole are refused', () => {
  const value = regionInfoFormat.decode(info(`${cap(2, 48, TYPE)}${cap(3, 0)}`))
  for (const offset of [47, 49]) {
    const [first, second] = value.capabilities
    const moved = { ...value, capabilities: [first, { ...second, offset }] } as RegionInfo
    expect(() => regionInfoFormat.encode(moved)).toThrow(EncodeError)
  }
})
