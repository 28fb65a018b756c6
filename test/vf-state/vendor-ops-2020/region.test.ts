import { expect, test } from 'vitest'
import { DecodeError } from '../../../src/findings/index.ts'
import {
  dirtyAnswer,
  vendorOpsRegionFormat as format,
  I40E_REGION,
  vendorOpsRegionCodes,
} from '../../../src/vf-state/index.ts'
import { image, judged } from '../../vfio/support.ts'

type Part = readonly [offset: number, size: number, value: number | bigint]
const query = (total: number | bigint, copied: number | bigint): Part[] => [
  [16, 8, 4096],
  [40, 8, 4096],
  [48, 8, total],
  [56, 8, copied],
]

test('sizes of the region', () => {
  expect(I40E_REGION).toEqual({ size: 69632, dataOffset: 4096, bitmap: 65536 })
  expect(8 * I40E_REGION.bitmap).toBe(524288)
})

test('captured whole', () => {
  const bytes = image(69632, [...query(524288, 12), [4096, 2, 0x0801]])
  const value = format.decode(bytes)
  expect(value.headerPage).toEqual(new Uint8Array(4032))
  expect(value.bitmap).toEqual(bytes.subarray(4096))
  expect(dirtyAnswer(value)).toEqual({ pages: 12, bits: Uint8Array.of(1, 8) })
  expect(judged(format, bytes)).toEqual([])
})

test('the header alone, or its page', () => {
  for (const length of [64, 4096]) {
    const bytes = image(length, query(524288, 12))
    expect(format.decode(bytes).bitmap).toBeUndefined()
    expect(dirtyAnswer(format.decode(bytes))).toBeUndefined()
    expect(judged(format, bytes)).toEqual([])
  }
})

test.each([0, 63, 65, 4095, 4097, 69631])('%i bytes are too few', (length) => {
  expect(() => format.decode(new Uint8Array(length))).toThrow(
    expect.objectContaining({ code: 'layout/ended-early', needsMore: true }) as Error,
  )
})

test('a byte too many', () => {
  expect(() => format.decode(new Uint8Array(69633))).toThrow(DecodeError)
})

test('answers that need no bits', () => {
  expect(dirtyAnswer(format.decode(image(64, query(64, 0))))).toBe('none')
  expect(dirtyAnswer(format.decode(image(64, query(64, 0xffff_ffff_ffff_ffffn))))).toBe('all')
  expect(dirtyAnswer(format.decode(image(69632, query(600000, 524289))))).toBeUndefined()
})

const cases: readonly { name: string; parts: readonly Part[]; found: readonly string[] }[] = [
  {
    name: 'pending bytes',
    parts: [[8, 8, 1]],
    found: ['warning vf-state/vendor-region-data header.pendingBytes'],
  },
  {
    name: 'another data offset',
    parts: [[16, 8, 8192]],
    found: ['warning vf-state/vendor-region-data header.dataOffset'],
  },
  {
    name: 'a query beyond the bitmap',
    parts: query(524289, 0),
    found: ['error vf-state/vendor-region-pages header.totalPfns'],
  },
  {
    name: 'data past the region',
    parts: [
      [16, 8, 4096],
      [24, 8, 65537],
    ],
    found: ['error vfio/migration-data-size header.dataSize'],
  },
  {
    name: 'saving and resuming',
    parts: [[0, 4, 6]],
    found: ['error vfio/migration-state-invalid header.deviceState'],
  },
]

test.each(cases)('$name', ({ parts, found }) => {
  expect(judged(format, image(64, parts))).toEqual(found)
  expect(judged(format, image(69632, parts))).toEqual(found)
})

test('every code has a case', () => {
  const covered = new Set(cases.flatMap(({ found }) => found.map((line) => line.split(' ')[1])))
  expect(Object.keys(vendorOpsRegionCodes.entries).filter((code) => !covered.has(code))).toEqual([])
})
