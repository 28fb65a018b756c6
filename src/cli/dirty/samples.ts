import { type MigrationSample, preCopyOf, sentPerSecond } from '../../dirty-bitmap/index.ts'
import { counted } from '../../findings/index.ts'
import { tableLines } from '../render/table.ts'
import { wrap } from '../render/wrap.ts'
import { type Convergence, convergenceOf } from './advice.ts'
import type { DirtyOptions } from './options.ts'
import { rateText, sizeText, timeText } from './quantities.ts'
import type { Style } from './report.ts'

/** A round of a migration, by what was known of it. */
export interface SampledRound {
  /** Number by the hypervisor, or of the sample where it gives none. */
  readonly round: number
  /** Samples of it. */
  readonly samples: number
  /** At its last sample. */
  readonly time: number | undefined
  readonly remaining: number | undefined
  readonly transferred: number | undefined
  readonly dirtyRate: number | undefined
  readonly bandwidth: number | undefined
}

/** The samples of one round count as one, with the last values of it. */
export function roundsOf(samples: readonly MigrationSample[]): SampledRound[] {
  const rounds: SampledRound[] = []
  for (const [at, sample] of samples.entries()) {
    const round = sample.round ?? at + 1
    const before = rounds.at(-1)
    const isSame = before?.round === round
    const { time, remaining, transferred, dirtyRate } = sample
    const bandwidth = sentPerSecond(sample, samples[at - 1])
    const next = {
      round,
      samples: 1 + (isSame ? before.samples : 0),
      time,
      remaining,
      transferred,
      dirtyRate,
      bandwidth,
    }
    if (isSame) rounds[rounds.length - 1] = next
    else rounds.push(next)
  }
  return rounds
}

/** The forecast for a migration that is running; undefined for one that has ended, or where numbers are missing. */
export function sampledConvergence(
  samples: readonly MigrationSample[],
  options: DirtyOptions,
): Convergence | undefined {
  const given = preCopyOf(samples, options.known)
  if (given === undefined) return undefined
  const hasVfio = samples.some(({ vfioTransferred }) => vfioTransferred !== undefined) ? true : undefined
  return convergenceOf(given, { hasVfio, throttle: samples.at(-1)?.throttle })
}

/** What is said of a running or ended migration. */
export function* sampleLines(
  title: string,
  samples: readonly MigrationSample[],
  rounds: readonly SampledRound[],
  style: Style,
) {
  const { colours, wrapTo } = style
  const last = samples.at(-1)
  const state = last?.status === undefined ? '' : `, ${last.status}`
  const memory = last?.total === undefined ? '' : ` of a guest with ${sizeText(last.total)}`
  const text = `${title}: ${counted(samples.length, 'sample')}${memory}${state}`
  const [first, ...others] = wrap(text, 2, wrapTo) as [string, ...string[]]
  yield first.replace(title, () => colours.bold(title))
  yield* others
  yield ''
  const known = <R extends number>(value: R | undefined, text: (value: R) => string) =>
    value === undefined ? '-' : text(value)
  const rows = rounds.map(({ round, time, remaining, transferred, dirtyRate, bandwidth }) => [
    String(round),
    known(time, timeText),
    known(transferred, sizeText),
    known(remaining, sizeText),
    known(dirtyRate, rateText),
    known(bandwidth, rateText),
  ])
  yield* tableLines(['round', 'time', 'sent', 'remaining', 'dirtied', 'bandwidth'], rows)
  yield* factLines(last, style)
}

function* factLines(last: MigrationSample | undefined, { wrapTo }: Style): Generator<string> {
  if (last === undefined) return
  const { downtime, expectedDowntime, vfioTransferred, throttle } = last
  const facts = [
    ...(downtime === undefined ? [] : [`The guest stopped for ${timeText(downtime)}.`]),
    ...(expectedDowntime === undefined ? [] : [`The hypervisor expects a stop of ${timeText(expectedDowntime)}.`]),
    ...(vfioTransferred === undefined ? [] : [`VFIO devices have sent ${sizeText(vfioTransferred)}.`]),
    ...(throttle === undefined ? [] : [`Virtual CPUs are kept from running ${Math.round(throttle)} % of the time.`]),
  ]
  if (facts.length > 0) yield ''
  for (const fact of facts) yield* wrap(fact, 0, wrapTo)
}
