import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  DirtyBitmap,
  decodeRoaring,
  decodeRunLengths,
  encodeCompact,
  encodeRunLengths,
  type PageRange,
} from '../../src/dirty-bitmap/index.ts'

const PLACE = { pageSize: 4096, base: 0n }
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

describe('run lengths', () => {
  it.each<{ what: string; runs: PageRange[]; expected: string }>([
    { what: 'nothing', runs: [], expected: '' },
    { what: 'page 0', runs: [[0, 1]], expected: '0001' },
    // 300 is 0xac 0x02 in LEB128.
    { what: 'long runs', runs: [[300, 300]], expected: 'ac02ac02' },
    {
      what: 'two runs',
      runs: [
        [1, 2],
        [6, 127],
      ],
      expected: '0102037f',
    },
    { what: '2^39', runs: [[2 ** 39, 1]], expected: '80808080801001' },
  ])('of $what', ({ runs, expected }) => {
    const bitmap = DirtyBitmap.fromRanges(runs, { ...PLACE, length: 2 ** 40 })
    expect(hex(encodeRunLengths(bitmap))).toBe(expected)
    const read = decodeRunLengths(Buffer.from(expected, 'hex'), PLACE)
    const [first, count] = runs.at(-1) ?? [0, 0]
    expect(read.length).toBe(first + count)
    expect([...read.ranges()]).toEqual(runs.flat())
    for (const one of [bitmap, read]) one.dispose()
  })

  it('take no memory that few bytes claim', () => {
    const claim = Buffer.from('00808080808010', 'hex')
    expect(() => decodeRunLengths(claim, PLACE)).toThrow(
      expect.objectContaining({ code: 'dirty-bitmap/out-of-memory' }),
    )
  })

  it.each<{ what: string; bytes: string; says: RegExp }>([
    { what: 'a cut number', bytes: '0180', says: /at offset 0x1: expected the last byte of a number/ },
    { what: 'a number without end', bytes: '80'.repeat(7), says: /at most 6 bytes/ },
    { what: 'too many pages', bytes: '808080808020' + '01', says: /at most 2\^40 pages/ },
  ])('refuse $what', ({ bytes, says }) => {
    expect(() => decodeRunLengths(Buffer.from(bytes, 'hex'), PLACE)).toThrow(says)
  })
})

describe('the shortest encoding', () => {
  const decode = { plain: DirtyBitmap.fromBytes, 'run-lengths': decodeRunLengths, roaring: decodeRoaring }

  it.each<{ what: string; make: (bitmap: DirtyBitmap) => void; encoding: string }>([
    { what: 'one long run', make: (bitmap) => bitmap.add(1000, 200_000), encoding: 'run-lengths' },
    {
      what: 'every other page',
      make: (bitmap) => {
        for (let page = 0; page < bitmap.length; page += 2) bitmap.add(page)
      },
      encoding: 'plain',
    },
    {
      what: 'one dense stretch in much that is clean, with pages scattered over it',
      make: (bitmap) => {
        for (let page = 0; page < 65536; page += 2) bitmap.add(page)
        for (let page = 65536; page < bitmap.length; page += 400) bitmap.add(page)
      },
      encoding: 'roaring',
    },
  ])('of $what is $encoding', ({ make, encoding }) => {
    const bitmap = DirtyBitmap.clean({ ...PLACE, length: 1_000_000 })
    make(bitmap)
    const compact = encodeCompact(bitmap)
    expect(compact.encoding).toBe(encoding)
    expect(compact.reason).toMatch(/shortest: 125000 bytes plain, .* as run lengths, \d+ as Roaring\.$/)
    expect(decode[compact.encoding](compact.bytes, { ...PLACE, length: bitmap.length }).equals(bitmap)).toBe(true)
  })

  it('gives every bitmap back', () => {
    const runs = fc.array(fc.tuple(fc.nat(200_000), fc.integer({ min: 1, max: 900 })), { maxLength: 60 })
    fc.assert(
      fc.property(runs, fc.integer({ min: 1, max: 300 }), (list, step) => {
        const bitmap = DirtyBitmap.fromRanges(list, { ...PLACE, length: 201_000 })
        for (let page = 0; page < 30_000; page += step) bitmap.add(page)
        const { encoding, bytes } = encodeCompact(bitmap)
        expect(decode[encoding](bytes, { ...PLACE, length: bitmap.length }).equals(bitmap)).toBe(true)
        expect(bytes.length).toBeLessThanOrEqual(Math.ceil(bitmap.length / 8))
        bitmap.dispose()
      }),
      { numRuns: 40 },
    )
  })
})
