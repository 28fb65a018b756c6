import { describe, expect, test } from 'vitest'
import { EncodeError } from '../../../src/findings/index.ts'
import type { Json, OptionValues } from '../../../src/layout/index.ts'
import { type MdevBody, mdevBodyFormat } from '../../../src/vf-state/index.ts'
import {
  be32,
  CFG_SPACE,
  configSpace,
  exampleImage,
  image,
  isSame,
  join,
  padded,
  section,
  type Vgpu,
  zeros,
} from './support.ts'

const BARS = [0xd0000004, 0x00000001, 0xe000000c, 0, 0x0000f001, 0]
const IMAGE = 9437183

interface Registers {
  readonly bars?: readonly number[]
  readonly low?: number
  readonly data?: number
}

/** Registers as the stream has them. */
function registers(msi64: boolean, { bars = BARS, low = 0xfee00000, data = 0x4021 }: Registers = {}): Uint8Array {
  return be32(...bars, low, ...(msi64 ? [0] : []), data)
}

const vgpu: Vgpu = { bars: BARS, msi64: true }
const region = (given: Vgpu = vgpu) => padded(exampleImage(given), IMAGE)
const ownCodes = (bytes: Uint8Array, options?: OptionValues) =>
  mdevBodyFormat
    .inspect(bytes, options)
    .findings.map(({ code }) => code)
    .filter((code) => code.startsWith('vf-state/mdev') || code.startsWith('layout/'))

const FLAG = Uint8Array.of(1)
const bodies: readonly (readonly [
  what: string,
  size: number,
  bytes: Uint8Array,
  options: OptionValues,
  has64: boolean,
])[] = [
  ['V2, 64-bit MSI', 9437219, join(registers(true), region()), {}, true],
  ['V2, 32-bit MSI', 9437215, join(registers(false), region({ ...vgpu, msi64: false })), {}, false],
  ['2018, 64-bit MSI', 9437220, join(FLAG, registers(true), region()), { version: '2018' }, true],
  [
    '2018, 32-bit MSI',
    9437216,
    join(FLAG, registers(false), region({ ...vgpu, msi64: false })),
    { version: '2018' },
    false,
  ],
  ['V1 as proposed', 9437220, join(registers(true), region(), zeros(1)), { version: 'v1-proposed' }, true],
]

describe.each(bodies)('%s', (_, size, bytes, options, has64) => {
  test(`has ${size} bytes and decodes in place`, () => {
    expect(bytes.length).toBe(size)
    const { value } = mdevBodyFormat.inspect(bytes, options)
    expect(value).toMatchObject({ bars: BARS, msiAddressLow: 0xfee00000, msiData: 0x4021 })
    expect(value?.msiAddressHigh).toBe(has64 ? 0 : undefined)
    expect(value?.flag).toBe(options.version === '2018' ? 1 : undefined)
    expect(value?.image?.sections.length).toBe(7)
    for (const { body } of value?.image?.sections ?? [])
      if (body instanceof Uint8Array) expect(body.buffer).toBe(bytes.buffer)
    expect(ownCodes(bytes, options)).toEqual([])
  })

  test('comes back, also through JSON', () => {
    const value = mdevBodyFormat.decode(bytes, options)
    expect(isSame(mdevBodyFormat.encode(value, options), bytes)).toBe(true)
    const json = JSON.parse(JSON.stringify(mdevBodyFormat.toJson(value))) as Json
    const back = mdevBodyFormat.fromJson(json, options)
    expect(isSame(mdevBodyFormat.encode(back, options), bytes)).toBe(true)
  })
})

test('a body is read without copies', () => {
  const bytes = join(registers(true), region())
  const before = process.memoryUsage()
  mdevBodyFormat.inspect(bytes)
  const after = process.memoryUsage()
  expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(bytes.length / 8)
  expect(after.heapUsed - before.heapUsed).toBeLessThan(bytes.length)
})

test('a START body is its flag', () => {
  expect(mdevBodyFormat.inspect(zeros(1), { version: '2018' })).toEqual({ value: { flag: 0 }, findings: [] })
  const more = Uint8Array.of(0, 7)
  expect(ownCodes(more, { version: '2018' })).toEqual(['layout/trailing-bytes'])
  expect(mdevBodyFormat.encode(mdevBodyFormat.decode(more, { version: '2018' }), { version: '2018' })).toEqual(more)
})

test('the image alone tells where a cut body has its high half', () => {
  for (const msi64 of [true, false]) {
    const bytes = join(registers(msi64), image(section(CFG_SPACE, configSpace({ ...vgpu, msi64 }))))
    expect(mdevBodyFormat.decode(bytes).msiAddressHigh).toBe(msi64 ? 0 : undefined)
    expect(ownCodes(bytes)).toEqual(['vf-state/mdev-body-truncated'])
  }
})

test('bodies cut by a save error end after the registers', () => {
  for (const [msi64, size] of [
    [true, 36],
    [false, 32],
  ] as const) {
    const bytes = registers(msi64)
    expect(bytes.length).toBe(size)
    expect(mdevBodyFormat.decode(bytes)).toMatchObject({ msiData: 0x4021, image: { sections: [] } })
    expect(ownCodes(bytes)).toEqual(['vf-state/mdev-body-truncated'])
  }
})

const small = (given: Vgpu, more?: Registers, msi64 = true) =>
  join(registers(msi64, more), image(section(CFG_SPACE, configSpace(given))))
const CUT = 'vf-state/mdev-body-truncated'
const cases: readonly (readonly [
  what: string,
  bytes: Uint8Array,
  codes: readonly string[],
  options?: OptionValues | undefined,
])[] = [
  ['flag 2', join(Uint8Array.of(2), registers(true)), ['vf-state/mdev-flag', CUT], { version: '2018' }],
  ['nothing tells the form', join(registers(true), zeros(8)), ['vf-state/mdev-msi64-unknown', CUT]],
  ['the other form chosen', small(vgpu), ['vf-state/mdev-msi64-contradicted', CUT], { msi64: 'false' }],
  ['the high half where the image has none', small({ ...vgpu, msi64: false }), [CUT, 'vf-state/mdev-msi64-config']],
  ['no high half where the image has one', small(vgpu, {}, false), [CUT, 'vf-state/mdev-msi64-config']],
  ['no MSI, device ID with bit 7', small({ ...vgpu, hasMsi: false, deviceId: 0x1980 }), [CUT, 'vf-state/mdev-no-msi']],
  [
    'no MSI, device ID without bit 7',
    small({ ...vgpu, hasMsi: false }),
    [CUT, 'vf-state/mdev-no-msi', 'vf-state/mdev-msi64-config'],
  ],
  ['MSI disabled', small({ ...vgpu, msiEnable: false }), [CUT, 'vf-state/mdev-msi-enabled']],
  ['data of 17 bits', small(vgpu, { data: 0x10000 }), ['vf-state/mdev-msi-data', CUT]],
  ['another BAR', small({ ...vgpu, bars: BARS.with(0, 0xd1000004) }), [CUT, 'vf-state/mdev-bars-differ']],
  ['another high half of a BAR', small({ ...vgpu, bars: BARS.with(1, 2) }), [CUT, 'vf-state/mdev-bars-differ']],
  ['another type of BAR', small({ ...vgpu, bars: BARS.with(4, 0xf000) }), [CUT, 'vf-state/mdev-bar-type']],
  ['one byte more', join(registers(true), region(), zeros(1)), ['vf-state/mdev-body-too-long']],
  ['one byte less', join(registers(true), region().subarray(0, -1)), [CUT]],
]

describe.each(cases.map(([what, bytes, codes, options]) => ({ what, bytes, codes, options })))('$what', (given) => {
  const { bytes, codes, options } = given
  test('is found, and nothing is lost', () => {
    expect(ownCodes(bytes, options)).toEqual(codes)
    const value = mdevBodyFormat.decode(bytes, options)
    expect(isSame(mdevBodyFormat.encode(value, options), bytes)).toBe(true)
  })
})

test.each([0, 1, 31])('%i bytes end within the registers', (length) => {
  expect(() => mdevBodyFormat.decode(zeros(length))).toThrow(
    expect.objectContaining({ code: 'layout/ended-early', needsMore: true }),
  )
})

test('values that no body has are refused', () => {
  const value = mdevBodyFormat.decode(small(vgpu))
  const damaged: readonly (readonly [value: MdevBody, options: OptionValues])[] = [
    [value, { msi64: 'false' }],
    [{ ...value, trailing: zeros(1) }, {}],
    [{ flag: 0, image: { sections: [] } }, { version: '2018' }],
    [{ ...value, flag: 0 }, { version: '2018' }],
    [{ bars: BARS, msiAddressLow: 0, msiData: 0 }, {}],
  ]
  for (const [one, options] of damaged) expect(() => mdevBodyFormat.encode(one, options)).toThrow(EncodeError)
})
