import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BitmapError, DirtyBitmap } from '../../src/dirty-bitmap/index.ts'

const PLACE = { pageSize: 4096, base: 0x1_0000_0000n }

describe('large bitmaps', () => {
  const EDGE = 2 ** 28

  it('takes memory only where pages are dirty, up to 2^40 pages', () => {
    const bitmap = DirtyBitmap.clean({ ...PLACE, length: 2 ** 40 })
    bitmap
      .add(2 ** 39, 3)
      .add(5)
      .add(2 ** 40 - 1)
    expect(bitmap.count()).toBe(5)
    expect([...bitmap.pages()]).toEqual([5, 2 ** 39, 2 ** 39 + 1, 2 ** 39 + 2, 2 ** 40 - 1])
    expect([...bitmap.ranges()]).toEqual([5, 1, 2 ** 39, 3, 2 ** 40 - 1, 1])
    expect(bitmap.nextDirty(6)).toBe(2 ** 39)
    expect(bitmap.nextClean(2 ** 39)).toBe(2 ** 39 + 3)
    expect(bitmap.nextClean(2 ** 40 - 1)).toBeUndefined()
    bitmap.dispose()
  })

  it('runs over the edges of its stretches', () => {
    const bitmap = DirtyBitmap.clean({ ...PLACE, length: 3 * EDGE })
    bitmap.add(EDGE - 3, EDGE + 10)
    expect([...bitmap.ranges()]).toEqual([EDGE - 3, EDGE + 10])
    expect(bitmap.ranges(new Float64Array(2))).toEqual({ count: 1, next: undefined })
    expect(bitmap.count(EDGE - 5, EDGE + 5)).toBe(8)
    const part = bitmap.slice(EDGE - 7, EDGE)
    expect([...part.ranges()]).toEqual([4, EDGE - 4])
    for (const one of [bitmap, part]) one.dispose()
  })

  it('keeps what another lacks, and drops what it must, without memory on one side', () => {
    const [a, b] = [1, 2].map(() => DirtyBitmap.clean({ ...PLACE, length: 2 * EDGE })) as [DirtyBitmap, DirtyBitmap]
    a.add(1).add(EDGE + 1)
    b.add(EDGE + 1).add(EDGE + 2)
    expect([...DirtyBitmap.and(a, b).pages()]).toEqual([EDGE + 1])
    expect([...DirtyBitmap.or(b, a).pages()]).toEqual([1, EDGE + 1, EDGE + 2])
    expect([...DirtyBitmap.xor(b, a).pages()]).toEqual([1, EDGE + 2])
    expect([...DirtyBitmap.andNot(a, b).pages()]).toEqual([1])
    expect(a.equals(b)).toBe(false)
    a.delete(1)
    expect(DirtyBitmap.or(a, b).equals(b)).toBe(true)
  })

  it('reuses memory that was given back', () => {
    const before = DirtyBitmap.clean({ ...PLACE, length: EDGE }).add(1)
    before.dispose()
    for (let round = 0; round < 300; round++) {
      const bitmap = DirtyBitmap.clean({ ...PLACE, length: EDGE }).add(round)
      expect(bitmap.count()).toBe(1)
      bitmap.dispose()
    }
  })
})

describe('pages of another size', () => {
  const sets = fc.uniqueArray(fc.nat(4000), { maxLength: 60 })

  it.each(['wasm', 'typescript'] as const)('cover the same bytes (%s)', (engine) => {
    fc.assert(
      fc.property(sets, fc.nat(7), fc.nat(6), fc.nat(100), (pages, to, from, start) => {
        const [pageSize, size] = [2 ** (8 + from), 2 ** (8 + to)]
        const base = BigInt(start) * BigInt(pageSize)
        const bitmap = DirtyBitmap.fromPages(pages, { pageSize, base, length: 4001, engine })
        const other = bitmap.shiftPageSize(size)
        const expected = new Set<number>()
        for (const page of pages) {
          const first = Number(base) + page * pageSize
          for (let at = first; at < first + pageSize; at += Math.min(size, pageSize)) {
            expected.add(Math.floor((at - Number(other.base)) / size))
          }
        }
        expect([...other.pages()]).toEqual([...expected].sort((a, b) => a - b))
        expect(other.base).toBe(base - (base % BigInt(size)))
        expect(other.base + BigInt(other.length * size)).toBeGreaterThanOrEqual(base + BigInt(4001 * pageSize))
      }),
    )
  })
})

describe('views and iterators', () => {
  it('fills a bitmap in place from a file, and clears what lies behind its end', () => {
    const bytes = readFileSync(new URL('bitmap.test.ts', import.meta.url))
    const bitmap = DirtyBitmap.clean({ ...PLACE, length: 8 * bytes.length - 3 })
    bitmap.fill((target, offset) => {
      expect(offset).toBe(0)
      target.set(bytes)
    })
    const expected = Uint8Array.from(bytes)
    expected[bytes.length - 1] = (expected.at(-1) as number) & 0x1f
    expect(bitmap.toBytes()).toEqual(expected)
  })

  it('gives pages and runs one by one', () => {
    const pages = Array.from({ length: 5000 }, (_, index) => 3 * index)
    const bitmap = DirtyBitmap.fromPages(pages, PLACE)
    expect([...bitmap.eachPage()]).toEqual(pages)
    expect([...bitmap.eachRange()]).toEqual(pages.map((page) => [page, 1]))
    expect(bitmap.has(3)).toBe(true)
    expect([-1, 4, 15_000].map((page) => bitmap.has(page))).toEqual([false, false, false])
    expect([...bitmap.regionCounts(6000)]).toEqual([2000, 2000, 1000])
  })

  it('makes bitmaps of runs that overlap', () => {
    const runs = [
      [10, 5],
      [12, 10],
      [0, 1],
    ] as const
    expect([...DirtyBitmap.fromRanges(runs, PLACE).ranges()]).toEqual([0, 1, 10, 12])
    expect(DirtyBitmap.fromRanges([], PLACE).length).toBe(0)
  })

  it('makes bitmaps of what can be gone through once only', () => {
    const bitmap = DirtyBitmap.fromRanges([[3, 4]], PLACE)
    expect([...DirtyBitmap.fromPages(bitmap.eachPage(), PLACE).pages()]).toEqual([3, 4, 5, 6])
    expect([...DirtyBitmap.fromRanges(bitmap.eachRange(), PLACE).ranges()]).toEqual([3, 4])
  })

  it('takes no memory for bytes that are missing', () => {
    const options = { ...PLACE, length: 2 ** 40, maxBytes: 2 ** 26 }
    const bitmap = DirtyBitmap.fromBytes(Uint8Array.of(0x81), options)
    expect([...bitmap.pages()]).toEqual([0, 7])
    bitmap.dispose()
  })
})

describe('wrong use', () => {
  const bitmap = DirtyBitmap.clean({ ...PLACE, length: 100 })
  const wide = DirtyBitmap.clean({ ...PLACE, length: 2 ** 33 })
  const gone = DirtyBitmap.clean({ ...PLACE, length: 1 })
  gone.dispose()
  gone.dispose()

  it.each<{ what: string; run: () => unknown; code: string }>([
    {
      what: 'a page size that is no power of two',
      run: () => DirtyBitmap.clean({ ...PLACE, pageSize: 3000, length: 1 }),
      code: 'geometry',
    },
    { what: 'too many pages', run: () => DirtyBitmap.clean({ ...PLACE, length: 2 ** 40 + 1 }), code: 'geometry' },
    { what: 'a negative base', run: () => DirtyBitmap.clean({ pageSize: 1, base: -1n, length: 1 }), code: 'geometry' },
    {
      what: 'pages beyond 64 bits',
      run: () => DirtyBitmap.clean({ pageSize: 4096, base: 2n ** 64n - 1n, length: 1 }),
      code: 'geometry',
    },
    { what: 'a page outside', run: () => bitmap.add(100), code: 'outside' },
    { what: 'a fraction of a page', run: () => bitmap.count(0.5), code: 'outside' },
    { what: 'a slice outside', run: () => bitmap.slice(90, 11), code: 'outside' },
    { what: 'another geometry', run: () => bitmap.or(wide), code: 'different-geometry' },
    { what: 'an array too narrow', run: () => wide.pages(new Uint32Array(1)), code: 'array-too-narrow' },
    { what: 'an array too short', run: () => bitmap.ranges(new Uint32Array(1)), code: 'array-too-short' },
    { what: 'a disposed bitmap', run: () => gone.count(), code: 'disposed' },
  ])('$what: $code', ({ run, code }) => {
    expect(run).toThrow(BitmapError)
    expect(run).toThrow(
      expect.objectContaining({ code: `dirty-bitmap/${code}`, message: expect.stringMatching(/^[A-Z].*\.$/) }),
    )
  })
})
