import { type Forecast, forecast, type PreCopy, remedies } from '../../dirty-bitmap/index.ts'
import { percentText, rateText, sizeText, timeText } from './quantities.ts'

/** What pre-copy will come to, and what would help where it does not end. */
export interface Convergence {
  readonly given: PreCopy
  readonly forecast: Forecast
  /** Sentences to read. */
  readonly verdict: readonly string[]
  /** What helps, or why it cannot; one sentence each, its subject first. */
  readonly advice: readonly string[]
}

/** What else is known of the migration. */
export interface Circumstances {
  /** Whether VFIO devices take part; undefined where nothing says so. */
  readonly hasVfio: boolean | undefined
  /** Percentage that auto-converge has reached. */
  readonly throttle?: number | undefined
}

/** From here on a little more load stops pre-copy from converging. */
const NARROW = 0.9

/** Judges a migration by its numbers. */
export function convergenceOf(given: PreCopy, circumstances: Circumstances): Convergence {
  const result = forecast(given)
  if (result.converges) return { given, forecast: result, verdict: converging(given, result), advice: [] }
  return { given, forecast: result, verdict: diverging(given, result), advice: help(given, circumstances) }
}

function converging({ downtimeLimit }: PreCopy, result: Forecast): string[] {
  const { ratio, rounds, seconds, bytes, downtime } = result
  const stop = `the guest stops for about ${timeText(downtime)} (limit ${timeText(downtimeLimit)})`
  if (rounds === 0)
    return [`What remains fits into the limit: ${stop}, longer by what became dirty since the last look.`]
  const work = `${rounds} more ${rounds === 1 ? 'round' : 'rounds'}, ${sizeText(bytes ?? 0)}, ${timeText(seconds ?? 0)}`
  const lines = [`Pre-copy converges: ${work}; then ${stop}.`]
  if (ratio >= NARROW) {
    lines.push(`It is narrow: memory becomes dirty at ${percentText(ratio, 1)} of the speed at which it is sent.`)
  }
  return lines
}

function diverging({ dirtyRate, bandwidth, downtimeLimit, remaining, stopBytes = 0 }: PreCopy, { ratio }: Forecast) {
  if (ratio < 1) {
    const state = `${sizeText(stopBytes)} that are only sent then take ${timeText(stopBytes / bandwidth)}`
    return [`Pre-copy cannot end: the guest may stop for ${timeText(downtimeLimit)}, and the ${state}.`]
  }
  const rates = `memory becomes dirty at ${rateText(dirtyRate)} and is sent at ${rateText(bandwidth)}`
  return [
    `Pre-copy does not converge: ${rates}.`,
    `Stopping now would take ${timeText((remaining + stopBytes) / bandwidth)} (limit ${timeText(downtimeLimit)}).`,
  ]
}

function help(given: PreCopy, { hasVfio, throttle: reached }: Circumstances): string[] {
  const needed = remedies(given)
  const milliseconds = Math.ceil(needed.downtimeLimit * 1000)
  const lines = [
    `downtime limit: ${milliseconds} ms or more ends it (migrate-set-parameters downtime-limit, virsh migrate-setmaxdowntime).`,
    `bandwidth: ${rateText(needed.bandwidth)} or more ends it; multifd where one connection does not fill the link, max-bandwidth where that is set lower.`,
  ]
  if (forecast(given).ratio >= 1) lines.push(autoConverge(needed.throttle, reached, hasVfio), XBZRLE)
  lines.push(hasVfio === true ? NO_POST_COPY : hasVfio === false ? POST_COPY : MAYBE_POST_COPY)
  return lines
}

function autoConverge(throttle: number | undefined, reached: number | undefined, hasVfio: boolean | undefined): string {
  const devices = hasVfio === false ? '' : ' What devices write by DMA is not slowed.'
  const sofar = reached === undefined ? '' : ` It has reached ${Math.round(reached)} %.`
  if (throttle === undefined) {
    return `auto-converge: does not help, even 99 % of the virtual CPUs' time is not enough.${sofar}${devices}`
  }
  const part = `${Math.ceil(100 * throttle)} % of the virtual CPUs' time`
  return `auto-converge: has to take ${part}, if what they dirty follows the time they run.${sofar}${devices}`
}

const XBZRLE =
  'xbzrle: helps where pages change in few bytes only; costs processor time, and does not go together with multifd.'
const NO_POST_COPY = 'post-copy: not possible, QEMU refuses it with VFIO devices.'
const POST_COPY = 'post-copy: ends it at once, where a lost connection may cost the guest.'
const MAYBE_POST_COPY =
  'post-copy: not with VFIO devices, QEMU refuses it; without them it ends at once, where a lost connection may cost the guest.'

/** Convergence as JSON. Sizes in bytes, times in seconds. */
export function convergenceJson(convergence: Convergence | undefined) {
  if (convergence === undefined) return null
  const { given, forecast: result, verdict, advice } = convergence
  const { ratio, converges, rounds = null, seconds = null, bytes = null, downtime } = result
  const { remaining, dirtyRate, bandwidth, downtimeLimit, stopBytes = 0 } = given
  const needed = converges ? null : jsonRemedies(given)
  return {
    ...{ remaining, dirtyRate, bandwidth, downtimeLimit, stopBytes, ratio: finite(ratio), converges },
    ...{ rounds, seconds, bytes, downtime: finite(downtime), needed, verdict, advice },
  }
}

function jsonRemedies(given: PreCopy) {
  const { downtimeLimit, bandwidth, throttle = null } = remedies(given)
  return { downtimeLimit: finite(downtimeLimit), bandwidth: finite(bandwidth), throttle }
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
