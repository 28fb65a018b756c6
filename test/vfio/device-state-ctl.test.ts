import { describe, expect, test } from 'vitest'
import { DecodeError } from '../../src/findings/index.ts'
import type { OptionValues } from '../../src/layout/index.ts'
import { deviceStateCtlCodes, deviceStateCtlFormat, dirtyQueryFormat } from '../../src/vfio/index.ts'
import { image, judged } from './support.ts'

type Part = readonly [offset: number, size: number, value: number | bigint]

/** The fields of the 68-byte packing that a healthy region has. */
const version = [0, 4, 1] as const
const asked = [
  [12, 4, 1],
  [28, 4, 1],
] as const
const healthy: readonly Part[] = [version, ...asked]

test('every field of the 68-byte packing', () => {
  const bytes = image(68, [
    [0, 4, 1],
    [4, 4, 3],
    [8, 4, 2],
    [12, 4, 1],
    [20, 8, 0x900000],
    [28, 4, 2],
    [36, 8, 0x4000],
    [44, 8, 0x2000],
    [52, 8, 0x1_0000_0000n],
    [60, 8, 131072],
  ])
  expect(deviceStateCtlFormat.decode(bytes)).toEqual({
    version: 1,
    deviceState: { stop: true, logging: true, reserved: 0 },
    caps: { deviceMemory: false, systemMemory: true, reserved: 0 },
    padding: undefined,
    deviceConfig: { action: 'get-buffer', padding: new Uint8Array(4), size: 9437184n },
    deviceMemory: { action: 'set-buffer', padding: new Uint8Array(4), size: 0x4000n, pos: 0x2000n },
    systemMemory: { startAddr: 0x1_0000_0000n, pageNr: 131072n },
  })
})

test('two packings of one region disagree from byte 12 on', () => {
  const bytes = image(72, [version, [16, 4, 1], [24, 8, 4096]])
  expect(deviceStateCtlFormat.decode(bytes, { size: 72 }).deviceConfig).toMatchObject({
    action: 'get-buffer',
    size: 4096n,
  })
  expect(() => deviceStateCtlFormat.decode(bytes)).toThrow(DecodeError)
  const cut = deviceStateCtlFormat.decode(bytes.subarray(0, 68))
  expect(cut.deviceConfig).toMatchObject({ action: 0, size: 4096n << 32n })
  expect(deviceStateCtlFormat.decode(bytes.subarray(0, 60), { size: 60 }).deviceConfig).toMatchObject({
    action: 0,
    size: 1n,
  })
})

interface Case {
  readonly name: string
  readonly parts: readonly Part[]
  readonly options?: OptionValues
  readonly found: readonly string[]
}

const cases: readonly Case[] = [
  { name: 'healthy', parts: healthy, found: [] },
  ...[1, 2, 3].map((state): Case => ({ name: `state ${state}`, parts: [...healthy, [4, 4, state]], found: [] })),
  ...[0, 2, 0xffffffff].map(
    (value): Case => ({
      name: `version ${value}`,
      parts: [...asked, [0, 4, value]],
      found: ['error vfio/device-state-version version'],
    }),
  ),
  ...[4, 7, 0x80000001].map(
    (state): Case => ({
      name: `state ${state}`,
      parts: [...healthy, [4, 4, state]],
      found: ['error vfio/device-state-value deviceState'],
    }),
  ),
  {
    name: 'nothing asked yet',
    parts: [version],
    found: ['info vfio/device-state-action deviceConfig.action', 'info vfio/device-state-action deviceMemory.action'],
  },
  {
    name: 'actions that are none',
    parts: [version, [12, 4, 3], [28, 4, 0x100]],
    found: ['error vfio/device-state-action deviceConfig.action', 'error vfio/device-state-action deviceMemory.action'],
  },
  {
    name: 'a config of the region’s size',
    parts: [...healthy, [20, 8, 9437184]],
    options: { configRegion: 9437184 },
    found: [],
  },
  {
    name: 'a config one byte larger than the region',
    parts: [...healthy, [20, 8, 9437185]],
    options: { configRegion: 9437184 },
    found: ['error vfio/device-config-size deviceConfig.size'],
  },
  {
    name: 'the third chunk',
    parts: [...healthy, [44, 8, 0x2000]],
    options: { memoryRegion: 4096 },
    found: [],
  },
  {
    name: 'a position between chunks',
    parts: [...healthy, [44, 8, 0x2001]],
    options: { memoryRegion: 4096 },
    found: ['error vfio/device-memory-position deviceMemory.pos'],
  },
  {
    name: 'a query while logging',
    parts: [...healthy, [4, 4, 2], [52, 8, 0x100000], [60, 8, 131072]],
    options: { bitmapRegion: 16384 },
    found: [],
  },
  {
    name: 'a query of one page too many',
    parts: [...healthy, [4, 4, 2], [60, 8, 131073]],
    options: { bitmapRegion: 16384 },
    found: ['error vfio/dirty-query-capacity systemMemory.pageNr'],
  },
  {
    name: 'a query of no page',
    parts: [...healthy, [4, 4, 3], [52, 8, 0x100000]],
    found: ['error vfio/dirty-query-empty systemMemory.pageNr'],
  },
  {
    name: 'a query without logging',
    parts: [...healthy, [4, 4, 1], [60, 8, 64]],
    found: ['warning vfio/dirty-query-not-logging systemMemory'],
  },
]

test.each(cases)('$name', ({ parts, options, found }) => {
  expect(judged(deviceStateCtlFormat, image(68, parts), options)).toEqual(found)
})

describe('the write of 16 bytes', () => {
  const write = (pages: number) => image(16, [[8, 8, pages]])

  test.each([
    [1, []],
    [131072, []],
    [0, ['error vfio/dirty-query-empty pageNr']],
    [131073, ['error vfio/dirty-query-capacity pageNr']],
  ] as const)('of %i pages', (pages, found) => {
    expect(judged(dirtyQueryFormat, write(pages), { bitmapRegion: 16384 })).toEqual(found)
  })
})

test('every code has a case', () => {
  const covered = new Set(cases.flatMap(({ found }) => found.map((line) => line.split(' ')[1])))
  expect(Object.keys(deviceStateCtlCodes.entries).filter((code) => !covered.has(code))).toEqual([])
})
