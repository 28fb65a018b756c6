import { describe, expect, test } from 'vitest'
import {
  cloudMemoryTableForm,
  cloudMemoryTableFormat,
  cloudRequestFormat,
  cloudResponseFormat,
  DirtyBitmap,
} from '../../../src/dirty-bitmap/index.ts'
import type { OptionValues } from '../../../src/layout/index.ts'
import { hex, image, judged } from '../../vfio/support.ts'

type Range = readonly [gpa: bigint, length: bigint]

const table = (...ranges: readonly Range[]) =>
  image(
    16 * ranges.length,
    ranges.flatMap(([gpa, length], at) => [[16 * at, 8, gpa] as const, [16 * at + 8, 8, length] as const]),
  )
const request = (command: number, length: number, payload: Uint8Array = new Uint8Array(0), version = 0) =>
  Uint8Array.of(
    ...image(16, [
      [0, 2, command],
      [2, 2, version],
      [8, 8, length],
    ]),
    ...payload,
  )

// Words and ranges of the project's own unit test: bits 1 to 3, 5 to 11 and 68 from 0x1000 on.
test('ranges of a bitmap, as Cloud Hypervisor makes them', () => {
  const bits = hex('ee0f000000000000 1000000000000000')
  const bitmap = DirtyBitmap.fromBytes(bits, { pageSize: 4096, base: 0x1000n })
  const value = cloudMemoryTableForm.fromDirtyBitmap(bitmap)
  const expected = table([0x2000n, 0x3000n], [0x6000n, 0x7000n], [0x45000n, 0x1000n])
  expect(cloudMemoryTableFormat.encode(value)).toEqual(expected)
  expect(cloudMemoryTableForm.toDirtyBitmap(value, { base: 0x1000n, length: 128 }).equals(bitmap)).toBe(true)
})

test('ranges that lie far apart take no more memory than is allowed', () => {
  const ranges = Array.from({ length: 4 }, (_, at) => ({ gpa: BigInt(at) << 40n, length: 1n }))
  const bitmap = cloudMemoryTableForm.toDirtyBitmap({ ranges })
  expect(bitmap.count()).toBe(4)
  expect(() => cloudMemoryTableForm.toDirtyBitmap({ ranges }, { maxBytes: 2 ** 12 })).toThrow(
    /needs more than 4096 bytes/,
  )
})

test('ranges that are not whole pages, outside, and huge', () => {
  const toPages = (ranges: readonly Range[], geometry = {}) => {
    const bitmap = cloudMemoryTableForm.toDirtyBitmap(cloudMemoryTableFormat.decode(table(...ranges)), geometry)
    return [bitmap.length, ...bitmap.ranges()]
  }
  expect(toPages([[0x1fffn, 2n]])).toEqual([3, 1, 2])
  expect(toPages([[0x1000n, 0n]])).toEqual([0])
  expect(toPages([[0n, 0x3000n]], { base: 0x1000n })).toEqual([2, 0, 2])
  expect(toPages([[0n, 0x1000n]], { base: 0x1000n })).toEqual([0])
  expect(toPages([[0x3000n, 0x3000n]], { length: 4 })).toEqual([4, 3, 1])
  expect(toPages([[(1n << 64n) - 1n, (1n << 64n) - 1n]])).toEqual([2 ** 40])
  expect(toPages([[(1n << 64n) - 4096n, 4096n]], { base: (1n << 64n) - 8192n })).toEqual([2, 1, 1])
})

describe('tables', () => {
  const cases: readonly (readonly [string, Uint8Array, OptionValues, readonly string[]])[] = [
    ['healthy, in any order', table([0x100000n, 0x2000n], [0n, 0x1000n]), { ramEnd: 0x102000 }, []],
    ['no ranges', table(), {}, []],
    ['nothing in a range', table([0x1000n, 0n]), {}, ['info dirty-bitmap/cloud-range-empty ranges.0']],
    ['not a page', table([0x1001n, 0x1000n]), {}, ['warning dirty-bitmap/cloud-range-page ranges.0']],
    [
      'overlap',
      table([0x2000n, 0x1000n], [0x1000n, 0x2000n]),
      {},
      ['warning dirty-bitmap/cloud-range-overlap ranges.0'],
    ],
    [
      'behind the memory',
      table([0x1000n, 0x2000n]),
      { ramEnd: 0x2000 },
      ['error dirty-bitmap/cloud-range-outside ranges.0'],
    ],
    ['behind 2^64', table([0xfffffffffffff000n, 0x2000n]), {}, ['error dirty-bitmap/cloud-range-outside ranges.0']],
  ]
  test.each(cases)('%s', (_, bytes, options, expected) => {
    expect(judged(cloudMemoryTableFormat, bytes, options)).toEqual(expected)
  })
})

describe('requests', () => {
  const page = new Uint8Array(4096)
  const one = table([0n, 0x1000n])
  const cases: readonly (readonly [string, Uint8Array, OptionValues, readonly string[]])[] = [
    ['start', request(1, 0), {}, []],
    ['start of version 1', request(1, 0, undefined, 1), {}, ['error dirty-bitmap/cloud-version headers.senderVersion']],
    ['config', request(2, 2, hex('7b7d')), {}, []],
    ['memory', request(4, 16, Uint8Array.of(...one, ...page)), {}, []],
    ['memory without content', request(4, 16, one), {}, ['info dirty-bitmap/cloud-content-missing payload']],
    [
      'memory, a byte short',
      request(4, 16, Uint8Array.of(...one, ...page.subarray(1))),
      {},
      ['error dirty-bitmap/cloud-content content'],
    ],
    [
      'memory outside',
      request(4, 16, Uint8Array.of(...one, ...page)),
      { ramEnd: 0x800 },
      ['error dirty-bitmap/cloud-range-outside payload.ranges.0'],
    ],
    [
      'no whole ranges',
      request(4, 8, new Uint8Array(8)),
      {},
      ['error layout/damaged-part payload', 'error dirty-bitmap/cloud-table-size length'],
    ],
    ['a file', request(7, 8, hex('01000000 05000000')), {}, []],
    ['a page fault', request(9, 16, one), {}, []],
    ['command 10', request(10, 0), {}, ['error dirty-bitmap/cloud-command command']],
  ]
  test.each(cases)('%s', (_, bytes, options, expected) => {
    expect(judged(cloudRequestFormat, bytes, options)).toEqual(expected)
  })

  test('where a damaged range lies', () => {
    const bytes = request(4, 32, table([0n, 0n], [1n, 1n]))
    const { findings } = cloudRequestFormat.inspect(bytes)
    const [at] = findings.filter(({ code }) => code === 'dirty-bitmap/cloud-range-page')
    expect(at).toMatchObject({ offset: 32, length: 16 })
  })
})

describe('answers', () => {
  test.each([
    ['ok', request(1, 0), []],
    ['error', request(2, 0), ['warning dirty-bitmap/cloud-refused status']],
    ['0', request(0, 0), ['error dirty-bitmap/cloud-status status']],
  ])('%s', (_, bytes, expected) => expect(judged(cloudResponseFormat, bytes)).toEqual(expected))
})
