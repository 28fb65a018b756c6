import type { MigrationSample } from '../../dirty-bitmap/index.ts'
import { type Convergence, convergenceJson } from './advice.ts'
import { addressOf, type Place } from './place.ts'
import { addressText } from './quantities.ts'
import type { Regions } from './regions.ts'
import type { SampledRound } from './samples.ts'
import type { SeriesSurvey, Survey } from './survey.ts'
import { trendOf } from './trend.ts'

/** One run of dirty pages as a line of JSON. */
export function rangeJson(place: Place, first: number, pages: number): string {
  return JSON.stringify(runJson(place, { first, pages }))
}

/** What a bitmap says. */
export function bitmapJson({ pages, runs, behind, missing }: Survey, place: Place, regions: Regions) {
  const run = (one: { first: number; pages: number }) => runJson(place, one)
  return {
    pageSize: place.pageSize,
    base: addressText(place.base),
    pages,
    dirty: runs.pages,
    density: pages === 0 ? 0 : runs.pages / pages,
    ranges: runs.count,
    meanRange: runs.count === 0 ? 0 : runs.pages / runs.count,
    rangesByLength: Array.from(runs.byLength, (count = 0, power) => ({ from: 2 ** power, count })).filter(
      ({ count }) => count > 0,
    ),
    longestRanges: runs.longest.map(run),
    regionPages: regions.size,
    hotRegions: regions.hot.map(({ dirty, density, ...one }) => ({ ...run(one), dirty, density })),
    bitsBehind: behind,
    pagesMissing: missing,
  }
}

/** What a series says. */
export function seriesJson(survey: SeriesSurvey, place: Place, regions: Regions, convergence: Convergence | undefined) {
  const { rounds, again, always } = survey
  return {
    ...bitmapJson(survey, place, regions),
    dirtyAgain: again,
    dirtyAlways: always.pages,
    longestAlways: always.longest.map((one) => runJson(place, one)),
    rounds: rounds.map(({ path, ...round }) => ({ input: path, ...round })),
    trend: trendOf(rounds) ?? null,
    convergence: convergenceJson(convergence),
  }
}

/** What the numbers of a migration say. */
export function samplesJson(
  samples: readonly MigrationSample[],
  rounds: readonly SampledRound[],
  convergence: Convergence | undefined,
) {
  const last = samples.at(-1)
  return {
    samples: samples.length,
    status: last?.status ?? null,
    rounds: rounds.map(
      ({ time = null, remaining = null, transferred = null, dirtyRate = null, bandwidth = null, ...one }) => ({
        ...one,
        ...{ time, remaining, transferred, dirtyRate, bandwidth },
      }),
    ),
    downtime: last?.downtime ?? null,
    expectedDowntime: last?.expectedDowntime ?? null,
    vfioTransferred: last?.vfioTransferred ?? null,
    throttle: last?.throttle ?? null,
    convergence: convergenceJson(convergence),
  }
}

function runJson(place: Place, { first, pages }: { first: number; pages: number }) {
  return { address: addressText(addressOf(place, first)), bytes: pages * place.pageSize, firstPage: first, pages }
}
