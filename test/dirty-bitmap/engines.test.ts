import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DirtyBitmap, type EngineName, type Filled, type PageArray } from '../../src/dirty-bitmap/index.ts'

const ENGINES: EngineName[] = ['wasm', 'typescript']
const PLACE = { pageSize: 4096, base: 0n }

/** Bits of a bitmap with runs of every kind: all clean, all dirty, scattered, clustered; any number of pages. */
const bits = fc
  .tuple(
    fc.integer({ min: 0, max: 20_000 }),
    fc.array(fc.tuple(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 1, max: 700 }), fc.boolean()), {
      maxLength: 40,
    }),
    fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 200 }),
  )
  .map(([length, runs, single]) => {
    const set = new Array<boolean>(length).fill(false)
    for (const [first, count, dirty] of runs) set.fill(dirty, Math.min(length, first), Math.min(length, first + count))
    for (const page of single) if (page < length) set[page] = !set[page]
    return set
  })

function bytesOf(set: readonly boolean[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(set.length / 8))
  set.forEach((dirty, page) => {
    if (dirty) bytes[page >> 3] = (bytes[page >> 3] as number) | (1 << (page & 7))
  })
  return bytes
}

function pagesOf(set: readonly boolean[]): number[] {
  return set.flatMap((dirty, page) => (dirty ? [page] : []))
}

function rangesOf(set: readonly boolean[]): number[] {
  const flat: number[] = []
  set.forEach((dirty, page) => {
    if (dirty && set[page - 1] !== true) flat.push(page, 0)
    if (dirty) flat[flat.length - 1] = (flat[flat.length - 1] as number) + 1
  })
  return flat
}

const make = (set: readonly boolean[], engine: EngineName) =>
  DirtyBitmap.fromBytes(bytesOf(set), { ...PLACE, length: set.length, engine })

describe.each(ENGINES)('%s', (engine) => {
  it('is the engine that runs', () => {
    expect(DirtyBitmap.clean({ ...PLACE, length: 1, engine }).engine).toBe(engine)
  })

  it('gives the same as bits in a list', () => {
    fc.assert(
      fc.property(bits, fc.nat(), fc.nat(), (set, x, y) => {
        const bitmap = make(set, engine)
        const [from, to] = [x % (set.length + 1), y % (set.length + 1)].sort((a, b) => a - b) as [number, number]
        expect(bitmap.toBytes()).toEqual(bytesOf(set))
        expect(bitmap.count()).toBe(pagesOf(set).length)
        expect(bitmap.count(from, to)).toBe(set.slice(from, to).filter(Boolean).length)
        expect([...bitmap.pages()]).toEqual(pagesOf(set))
        expect([...bitmap.ranges()]).toEqual(rangesOf(set))
        const found = (dirty: boolean) => {
          const page = set.indexOf(dirty, from)
          return page === -1 ? undefined : page
        }
        expect(bitmap.nextDirty(from)).toBe(found(true))
        expect(bitmap.nextClean(from)).toBe(found(false))
        const part = bitmap.slice(from, to - from)
        expect([...part.pages()]).toEqual(pagesOf(set.slice(from, to)))
        expect(part.base).toBe(4096n * BigInt(from))
        for (const one of [bitmap, part]) one.dispose()
      }),
    )
  })

  it('gives pages and ranges piece by piece into an array of any length', () => {
    fc.assert(
      fc.property(bits, fc.integer({ min: 1, max: 300 }), fc.boolean(), (set, size, wide) => {
        const bitmap = make(set, engine)
        const into: PageArray = wide ? new Float64Array(size + 1) : new Uint32Array(size + 1)
        const pages: number[] = []
        for (let from: number | undefined = 0; from !== undefined; ) {
          const { count, next }: Filled = bitmap.pages(into, from)
          expect(count).toBe(next === undefined ? count : into.length)
          pages.push(...into.subarray(0, count))
          from = next
        }
        expect(pages).toEqual(pagesOf(set))
        const ranges: number[] = []
        for (let from: number | undefined = 0; from !== undefined; ) {
          const { count, next }: Filled = bitmap.ranges(into, from)
          ranges.push(...into.subarray(0, 2 * count))
          from = next
        }
        expect(ranges).toEqual(rangesOf(set))
        bitmap.dispose()
      }),
    )
  })

  it('changes pages and combines like bits in a list, also with the other engine', () => {
    fc.assert(
      fc.property(bits, bits, fc.nat(), fc.nat(), fc.constantFrom(...ENGINES), (a, long, x, y, otherEngine) => {
        const b = a.map((_, page) => long[page] ?? false)
        const [from, to] = [x % (a.length + 1), y % (a.length + 1)].sort((m, n) => m - n) as [number, number]
        const other = make(b, otherEngine)
        const expected = {
          or: a.map((dirty, page) => dirty || (b[page] as boolean)),
          and: a.map((dirty, page) => dirty && (b[page] as boolean)),
          andNot: a.map((dirty, page) => dirty && !b[page]),
          xor: a.map((dirty, page) => dirty !== b[page]),
        }
        for (const operation of ['or', 'and', 'andNot', 'xor'] as const) {
          const made = DirtyBitmap[operation](make(a, engine), other)
          expect([...made.pages()]).toEqual(pagesOf(expected[operation]))
          expect(made.equals(make(expected[operation], otherEngine))).toBe(true)
          // Edits behind a combination: the summary has to follow.
          made.add(from, to - from)
          expect(made.count(from, to)).toBe(to - from)
          made.delete(from, to - from)
          expect([...made.pages()]).toEqual(pagesOf(expected[operation]).filter((page) => page < from || page >= to))
          made.dispose()
        }
        expect(make(a, engine).equals(other)).toBe(bytesOf(a).toString() === bytesOf(b).toString())
      }),
      { numRuns: 60 },
    )
  })
})
