import { expect, test } from 'vitest'
import {
  DYNAMIC_TRAP_REGION,
  dynamicTrapBarInfoFormat,
  i40eSparseAreas,
  mediateCapabilitiesFormat,
  sparseAreaCodes,
  sparseMmapDisablableFormat,
} from '../../src/vfio/index.ts'
import { hex, image, judged } from './support.ts'

test('numbers of the region', () => {
  expect(DYNAMIC_TRAP_REGION).toEqual({ type: 4, subtype: 1 })
})

test('trap on', () => {
  expect(dynamicTrapBarInfoFormat.decode(hex('2a000000 01000000'))).toEqual({ dtFd: 42, trap: 1 })
  expect(judged(dynamicTrapBarInfoFormat, hex('2a000000 02000000'))).toEqual(['warning layout/out-of-range trap'])
})

test('capabilities', () => {
  expect(mediateCapabilitiesFormat.decode(hex('0300000000000000'))).toEqual({
    capabilities: { migration: true, dynamicTrapBar: true, reserved: 0n },
  })
})

type Area = readonly [offset: number, size: number, disablable: number]

function capability(areas: readonly Area[]): Uint8Array {
  const parts = areas.flatMap(([offset, size, disablable], index) => {
    const at = 16 + 24 * index
    return [[at, 8, offset] as const, [at + 8, 8, size] as const, [at + 16, 4, disablable] as const]
  })
  return image(16 + 24 * areas.length, [[0, 2, 1], [2, 2, 1], [8, 4, areas.length], ...parts])
}

const I40E: readonly Area[] = [
  [0, 0x2000, 0],
  [0x2000, 0x1000, 1],
  [0x3000, 0x4400, 0],
  [0x7000, 0x1000, 1],
  [0x8000, 0x8000, 0],
]

test('the areas of an i40e VF with a BAR of 64 KiB', () => {
  expect(sparseMmapDisablableFormat.encode(i40eSparseAreas(0x10000n))).toEqual(capability(I40E))
  expect(() => i40eSparseAreas(0x8000n)).toThrow(RangeError)
})

const cases: readonly { name: string; areas: readonly Area[]; found: readonly string[] }[] = [
  { name: 'none', areas: [], found: [] },
  {
    name: 'side by side, in any order',
    areas: [
      [0x2000, 0x1000, 1],
      [0, 0x2000, 0],
      [0x3000, 0x1000, 0],
    ],
    found: [],
  },
  {
    name: 'as published for the i40e',
    areas: I40E,
    found: ['warning vfio/sparse-area-alignment areas.2', 'warning vfio/sparse-area-overlap areas.3'],
  },
  { name: 'not page aligned', areas: [[0x10, 0x1000, 0]], found: ['warning vfio/sparse-area-alignment areas.0'] },
  {
    name: 'one inside a former one',
    areas: [
      [0, 0x4000, 0],
      [0x1000, 0x1000, 0],
      [0x2000, 0x1000, 1],
      [0x4000, 0x1000, 1],
    ],
    found: ['warning vfio/sparse-area-overlap areas.1', 'warning vfio/sparse-area-overlap areas.2'],
  },
  {
    name: 'an empty one',
    areas: [
      [0, 0x4000, 0],
      [0x1000, 0, 0],
    ],
    found: [],
  },
  { name: 'a flag that is none', areas: [[0, 0x1000, 2]], found: ['warning layout/out-of-range areas.0.disablable'] },
]

test.each(cases)('areas: $name', ({ areas, found }) => {
  expect(judged(sparseMmapDisablableFormat, capability(areas))).toEqual(found)
})

test('every code has a case', () => {
  const covered = new Set(cases.flatMap(({ found }) => found.map((line) => line.split(' ')[1])))
  expect(Object.keys(sparseAreaCodes.entries).filter((code) => !covered.has(code))).toEqual([])
})
