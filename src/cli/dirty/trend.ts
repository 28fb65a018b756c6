import { DEFAULT_DOWNTIME_LIMIT, type RoundChange } from '../../dirty-bitmap/index.ts'
import { type Convergence, convergenceOf } from './advice.ts'
import type { DirtyOptions } from './options.ts'
import { percentText, sizeText } from './quantities.ts'

/**
 * Pages of a round for each page of the round before, the geometric mean over the series: the ratio of pre-copy where each
 * bitmap is what became dirty while the one before was sent. Undefined where a round is clean or there is only one.
 */
export function trendOf(rounds: readonly RoundChange[]): number | undefined {
  const [first, last] = [rounds[0], rounds.at(-1)]
  if (first === undefined || last === undefined || rounds.length < 2 || first.dirty === 0 || last.dirty === 0) {
    return undefined
  }
  return (last.dirty / first.dirty) ** (1 / (rounds.length - 1))
}

/**
 * The forecast from a series of bitmaps: the last one remains to be sent. The dirty rate is that of the last one over the
 * interval between bitmaps, or follows from the trend. Undefined without a bandwidth.
 */
export function seriesConvergence(
  rounds: readonly RoundChange[],
  pageSize: number,
  { known, interval }: DirtyOptions,
): Convergence | undefined {
  const { bandwidth, downtimeLimit = DEFAULT_DOWNTIME_LIMIT, stopBytes = 0 } = known
  const trend = trendOf(rounds)
  const remaining = (rounds.at(-1)?.dirty ?? 0) * pageSize
  const perSecond = interval === undefined ? undefined : remaining / interval
  const dirtyRate = perSecond ?? (trend === undefined || bandwidth === undefined ? undefined : trend * bandwidth)
  if (bandwidth === undefined || dirtyRate === undefined) return undefined
  return convergenceOf({ remaining, dirtyRate, bandwidth, downtimeLimit, stopBytes }, { hasVfio: undefined })
}

/** The trend in words, for series of which the bandwidth is not known. */
export function trendSentence(rounds: readonly RoundChange[], pageSize: number): string {
  const trend = trendOf(rounds)
  const last = sizeText((rounds.at(-1)?.dirty ?? 0) * pageSize)
  if (trend === undefined) return 'A round without dirty pages gives no trend.'
  const change = `Each round has ${percentText(trend, 1)} of the pages of the one before`
  const meaning = trend < 1 ? 'rounds become shorter' : 'rounds do not become shorter, and pre-copy alone does not end'
  return `${change}, if each was taken while the one before was sent: ${meaning}; ${last} remain. Give --bandwidth for a forecast.`
}
