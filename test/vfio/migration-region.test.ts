import { describe, expect, test } from 'vitest'
import {
  ALL_DIRTY,
  copiedPages,
  migrationRegionCodes,
  migrationRegionV4Format,
  migrationRegionV8Format,
  migrationState,
} from '../../src/vfio/index.ts'
import { image, judged } from './support.ts'

test.each([
  [0, 'stopped'],
  [1, 'running'],
  [2, 'stop-and-copy'],
  [3, 'pre-copy'],
  [4, 'resuming'],
  [5, undefined],
  [6, undefined],
  [7, undefined],
  [0x80000002, 'stop-and-copy'],
])('state %i is %s', (word, name) => {
  expect(migrationState(word)).toBe(name)
})

test('what copied_pfns says', () => {
  expect(copiedPages({ copiedPfns: 0n })).toBe('none')
  expect(copiedPages({ copiedPfns: ALL_DIRTY })).toBe('all')
  expect(copiedPages({ copiedPfns: 524288n })).toBe(524288n)
})

type Part = readonly [offset: number, size: number, value: number | bigint]
const INVALID = 'vfio/migration-state-invalid deviceState'

/** Cases that both headers have. */
const common: readonly { name: string; parts: readonly Part[]; region?: number; found: readonly string[] }[] = [
  { name: 'zeros', parts: [], found: [] },
  ...[1, 2, 3, 4].map((state) => ({ name: `state ${state}`, parts: [[0, 4, state]] as Part[], found: [] })),
  { name: 'state 5', parts: [[0, 4, 5]], found: [`warning ${INVALID}`] },
  { name: 'state 6', parts: [[0, 4, 6]], found: [`error ${INVALID}`] },
  { name: 'state 7', parts: [[0, 4, 7]], found: [`error ${INVALID}`] },
  {
    name: 'a bit above the mask',
    parts: [[0, 4, 9]],
    found: ['warning vfio/migration-state-bits deviceState.reserved'],
  },
  {
    name: 'data that fills the region',
    parts: [
      [16, 8, 4096],
      [24, 8, 65536],
    ],
    region: 69632,
    found: [],
  },
  {
    name: 'data past the region',
    parts: [
      [16, 8, 4096],
      [24, 8, 65537],
    ],
    region: 69632,
    found: ['error vfio/migration-data-size dataSize'],
  },
  {
    name: 'data past a region that is not known',
    parts: [
      [16, 8, 4096],
      [24, 8, 1n << 60n],
    ],
    found: [],
  },
  { name: 'data inside the header', parts: [[16, 8, 8]], found: ['error vfio/migration-data-offset dataOffset'] },
  { name: 'data without an offset', parts: [[24, 8, 8]], found: ['error vfio/migration-data-offset dataOffset'] },
  {
    name: 'data behind the region',
    parts: [[16, 8, 69633]],
    region: 69632,
    found: ['error vfio/migration-data-offset dataOffset'],
  },
]

describe.each([
  { format: migrationRegionV8Format, size: 64 },
  { format: migrationRegionV4Format, size: 32 },
])('$format.name', ({ format, size }) => {
  test.each(common)('$name', ({ parts, region = 0, found }) => {
    expect(judged<never>(format as never, image(size, parts), { region })).toEqual(found)
  })
})

const queries: readonly { name: string; total: number; copied: bigint; found: readonly string[] }[] = [
  { name: 'none dirty', total: 524288, copied: 0n, found: [] },
  { name: 'all dirty', total: 524288, copied: ALL_DIRTY, found: [] },
  { name: 'as many as asked for', total: 524288, copied: 524288n, found: [] },
  { name: 'one more', total: 524288, copied: 524289n, found: ['error vfio/copied-pfns copiedPfns'] },
]

test.each(queries)('dirty query: $name', ({ total, copied, found }) => {
  const parts = [
    [40, 8, 4096],
    [48, 8, total],
    [56, 8, copied],
  ] as const
  expect(judged(migrationRegionV8Format, image(64, parts))).toEqual(found)
})

test('every code has a case', () => {
  const covered = new Set([...common, ...queries].flatMap(({ found }) => found.map((line) => line.split(' ')[1])))
  expect(Object.keys(migrationRegionCodes.entries).filter((code) => !covered.has(code))).toEqual([])
})
