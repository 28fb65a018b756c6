import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DensityGrid, DirtyBitmap, RoundComparison, RunJoiner, RunStatistics } from '../../src/dirty-bitmap/index.ts'

const PIECE = 128
const LENGTH = 5 * PIECE + 17
const geometry = { pageSize: 4096, base: 0n }

/** Dirty flags of pages in stretches, so that runs cross the borders of pieces. */
const flags = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 200 }), fc.boolean()), { maxLength: 20 })
  .map((stretches) => stretches.flatMap(([pages, dirty]) => Array.from({ length: pages }, () => dirty)))
  .map((all) => Array.from({ length: LENGTH }, (_, page) => all[page] ?? false))

/** The pieces of a bitmap, with the first page of each and the number of its pages. */
function* pieces(dirty: readonly boolean[]): Generator<{ piece: DirtyBitmap; first: number; count: number }> {
  for (let first = 0; first < dirty.length; first += PIECE) {
    const part = dirty.slice(first, first + PIECE)
    const pages = part.flatMap((isDirty, at) => (isDirty ? [at] : []))
    yield { piece: DirtyBitmap.fromPages(pages, { ...geometry, length: PIECE }), first, count: part.length }
  }
}

/** Runs, found page by page. */
function runsOf(dirty: readonly boolean[]): number[][] {
  const runs: number[][] = []
  for (const [page, isDirty] of dirty.entries()) {
    if (!isDirty) continue
    const last = runs.at(-1)
    if (last !== undefined && (last[0] as number) + (last[1] as number) === page) last[1] = (last[1] as number) + 1
    else runs.push([page, 1])
  }
  return runs
}

describe('bitmaps in pieces', () => {
  it('runs are whole over the borders', () => {
    fc.assert(
      fc.property(flags, (dirty) => {
        const joiner = new RunJoiner()
        const found: number[] = []
        for (const { piece, first } of pieces(dirty)) for (const runs of joiner.add(piece, first)) found.push(...runs)
        found.push(...joiner.end())
        expect(found).toEqual(runsOf(dirty).flat())
        expect(joiner.end()).toHaveLength(0)
      }),
    )
  })

  it('many runs in one piece', () => {
    const alternate = Array.from({ length: 2 ** 16 }, (_, page) => page).filter((page) => page % 2 === 0)
    const joiner = new RunJoiner()
    const statistics = new RunStatistics(2)
    for (const runs of joiner.add(DirtyBitmap.fromPages(alternate, geometry), 0)) statistics.add(runs)
    statistics.add(joiner.end())
    expect(statistics).toMatchObject({ count: 2 ** 15, pages: 2 ** 15, byLength: [2 ** 15] })
    expect(statistics.longest).toEqual([
      { first: 0, pages: 1 },
      { first: 2, pages: 1 },
    ])
  })

  it('statistics of runs', () => {
    fc.assert(
      fc.property(flags, fc.integer({ min: 0, max: 4 }), (dirty, keep) => {
        const runs = runsOf(dirty)
        const statistics = new RunStatistics(keep)
        for (const run of runs) statistics.add(Float64Array.from(run))
        const longest = [...runs].sort(
          ([a, m], [b, n]) => (n as number) - (m as number) || (a as number) - (b as number),
        )
        expect(statistics.count).toBe(runs.length)
        expect(statistics.pages).toBe(dirty.filter(Boolean).length)
        expect(statistics.longest.map(({ first, pages }) => [first, pages])).toEqual(longest.slice(0, keep))
        const counts = statistics.byLength.reduce((sum, count) => sum + (count ?? 0), 0)
        expect(counts).toBe(runs.length)
      }),
    )
  })

  it('cells double until they are few enough, and lose nothing', () => {
    fc.assert(
      fc.property(flags, flags, fc.constantFrom(2, 16, 64, 1024), (a, b, most) => {
        const grid = new DensityGrid(most)
        for (const dirty of [a, b]) for (const { piece, first, count } of pieces(dirty)) grid.add(piece, first, count)
        expect(grid.length).toBe(LENGTH)
        expect(LENGTH / grid.cellPages).toBeLessThanOrEqual(most)
        const pages = 2 * grid.cellPages
        const expected = Array.from({ length: Math.ceil(LENGTH / pages) }, (_, cell) => {
          const part = [a, b].flatMap((dirty) => dirty.slice(cell * pages, (cell + 1) * pages))
          return part.filter(Boolean).length
        })
        expect(Array.from(grid.counts(pages))).toEqual(expected)
      }),
    )
  })

  it('rounds are compared as sets are', () => {
    fc.assert(
      fc.property(fc.array(flags, { minLength: 1, maxLength: 5 }), (rounds) => {
        const comparison = new RoundComparison(PIECE)
        const sums = { any: 0, again: 0, always: 0 }
        for (let first = 0; first < LENGTH; first += PIECE) {
          comparison.begin()
          for (const dirty of rounds) {
            const target = comparison.next().delete(0, PIECE)
            for (const [at, isDirty] of dirty.slice(first, first + PIECE).entries()) if (isDirty) target.add(at)
            comparison.compare()
          }
          for (const name of ['any', 'again', 'always'] as const) sums[name] += comparison[name].count()
        }
        comparison.dispose()
        const pages = Array.from({ length: LENGTH }, (_, page) => rounds.filter((dirty) => dirty[page]).length)
        expect(sums).toEqual({
          any: pages.filter((times) => times >= 1).length,
          again: pages.filter((times) => times >= 2).length,
          always: pages.filter((times) => times === rounds.length).length,
        })
        const expected = rounds.map((now, at) => {
          const before = rounds[at - 1] ?? []
          const count = (matches: (was: boolean, is: boolean) => boolean) =>
            now.filter((is, page) => matches(before[page] ?? false, is)).length
          return {
            dirty: count((_, is) => is),
            newlyDirty: count((was, is) => is && !was),
            stillDirty: count((was, is) => is && was),
            becameClean: count((was, is) => was && !is),
          }
        })
        expect(comparison.changes).toEqual(expected)
      }),
      { numRuns: 50 },
    )
  })
})
