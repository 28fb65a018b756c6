/** What pre-copy has to do, and with what. Sizes in bytes, times in seconds. */
export interface PreCopy {
  /** Bytes to send in the first round. */
  readonly remaining: number
  /** Bytes of pages that the guest and its devices dirty per second; a page counts once a round. */
  readonly dirtyRate: number
  /** Bytes that are sent per second. */
  readonly bandwidth: number
  /** Longest stop of the guest that is allowed. */
  readonly downtimeLimit: number
  /** Bytes that are only sent while the guest is stopped, such as the state of devices. */
  readonly stopBytes?: number
  /** Most bytes that the guest dirties over and over, the bound of each later round; none unless said. */
  readonly workingSet?: number
}

/** How pre-copy goes on. */
export interface Forecast {
  /** Bytes dirtied for each byte sent, dirty rate over bandwidth: below 1 the rounds become shorter. */
  readonly ratio: number
  /** Most bytes that may remain when the guest is stopped; negative where the state of devices alone takes too long. */
  readonly threshold: number
  readonly converges: boolean
  /** Rounds that are sent before the guest stops; undefined where it never does. */
  readonly rounds: number | undefined
  /** Seconds until the guest stops; undefined where it never does. */
  readonly seconds: number | undefined
  /** Bytes that are sent until the guest stops; undefined where it never does. */
  readonly bytes: number | undefined
  /** Seconds that the guest stops; where pre-copy does not end, those that stopping at the best moment would take. */
  readonly downtime: number
}

/**
 * Forecast of pre-copy by a geometric series.
 *
 * A round sends what remained, R[k] bytes, at bandwidth B, in R[k] / B seconds; meanwhile D bytes a second become dirty, so
 * that R[k+1] = min(W, D / B * R[k]), with W the working set. With the ratio q = D / B, R[k] = q^k * R[0]. The guest is stopped
 * as soon as what remains, with the S bytes that can only be sent then, takes no longer than the downtime limit L:
 * R[k] + S <= B * L. So the number of rounds is n = ceil(ln((B * L - S) / R[0]) / ln q), pre-copy takes
 * R[0] / B * (1 - q^n) / (1 - q) seconds, and the guest stops for (R[n] + S) / B seconds.
 *
 * Assumptions: both rates are constant; pages are dirtied evenly, so that no page counts twice in a round; zero pages and
 * compression are in the bandwidth, as bytes of memory brought over per second; the estimate of the downtime leaves out
 * what devices need to save and load their state, and the network to learn where the guest is.
 */
export function forecast(given: PreCopy): Forecast {
  const { remaining, dirtyRate, bandwidth, downtimeLimit } = given
  const stopBytes = given.stopBytes ?? 0
  const workingSet = given.workingSet ?? Number.POSITIVE_INFINITY
  const ratio = bandwidth > 0 ? dirtyRate / bandwidth : Number.POSITIVE_INFINITY
  const threshold = bandwidth * downtimeLimit - stopBytes
  const common = { ratio, threshold }
  if (remaining <= threshold) {
    return { ...common, converges: true, rounds: 0, seconds: 0, bytes: 0, downtime: seconds(remaining + stopBytes) }
  }
  const least = leastRemaining(remaining, ratio, workingSet)
  if (bandwidth <= 0 || threshold < least || (threshold === 0 && ratio > 0)) {
    const never = { rounds: undefined, seconds: undefined, bytes: undefined }
    return { ...common, converges: false, ...never, downtime: seconds(least + stopBytes) }
  }
  const rounds = ratio === 0 ? 1 : roundsUntil(threshold, { remaining, ratio, workingSet })
  const bytes = bytesOf(rounds, { remaining, ratio, workingSet })
  const left = remainingAfter(rounds, { remaining, ratio, workingSet })
  return { ...common, converges: true, rounds, seconds: seconds(bytes), bytes, downtime: seconds(left + stopBytes) }

  function seconds(count: number): number {
    return count === 0 ? 0 : count / bandwidth
  }
}

interface Series {
  readonly remaining: number
  readonly ratio: number
  readonly workingSet: number
}

/** What remains at the best moment, however long one waits. */
function leastRemaining(remaining: number, ratio: number, workingSet: number): number {
  if (ratio < 1) return 0
  return Math.min(remaining, workingSet)
}

function remainingAfter(rounds: number, { remaining, ratio, workingSet }: Series): number {
  return rounds === 0
    ? remaining
    : Math.min(workingSet * Math.min(1, ratio) ** (rounds - 1), remaining * ratio ** rounds)
}

function roundsUntil(threshold: number, series: Series): number {
  const { remaining, ratio, workingSet } = series
  // At and beyond a ratio of 1 only the working set bounds a round, and that from the first on.
  if (ratio >= 1) return 1
  const whole = Math.log(threshold / remaining) / Math.log(ratio)
  const bounded = 1 + Math.max(0, Math.log(threshold / workingSet) / Math.log(ratio))
  let rounds = Math.max(1, Math.ceil(Math.min(whole, bounded)))
  // Logarithms round: the series decides.
  if (rounds > 1 && remainingAfter(rounds - 1, series) <= threshold) rounds -= 1
  if (remainingAfter(rounds, series) > threshold) rounds += 1
  return rounds
}

/** Bytes of the first rounds together. */
function bytesOf(rounds: number, series: Series): number {
  const { remaining, ratio, workingSet } = series
  if (workingSet >= remaining * ratio) {
    return ratio === 1 ? remaining * rounds : (remaining * (1 - ratio ** rounds)) / (1 - ratio)
  }
  const later = Math.min(1, ratio)
  const others = later === 1 ? rounds - 1 : (1 - later ** (rounds - 1)) / (1 - later)
  return remaining + workingSet * others
}

/** Changes that let pre-copy end; each alone is enough. Undefined where it cannot help. */
export interface Remedies {
  /** Downtime limit, in seconds, with which pre-copy ends, a tenth more than the shortest. */
  readonly downtimeLimit: number
  /** Bytes per second with which pre-copy ends, a tenth more than the guest dirties or what the limit asks for. */
  readonly bandwidth: number
  /** Part of their time, 0 to 1, that virtual CPUs have to be kept from running; at most 0.99 is possible. */
  readonly throttle: number | undefined
}

/** Part of the virtual CPUs' time that auto-converge takes at most, by default. */
const MOST_THROTTLE = 0.99
/** How much more than just enough is advised, so that rounds become shorter in sensible time. */
const MARGIN = 1.1

/**
 * What would let pre-copy end that does not, under the assumptions of `forecast`. The throttle assumes that the dirty rate
 * follows the time that virtual CPUs run; what devices write does not.
 */
export function remedies(given: PreCopy): Remedies {
  const { dirtyRate, bandwidth, remaining, downtimeLimit } = given
  const stopBytes = given.stopBytes ?? 0
  const ratio = bandwidth > 0 ? dirtyRate / bandwidth : Number.POSITIVE_INFINITY
  const least = leastRemaining(remaining, ratio, given.workingSet ?? Number.POSITIVE_INFINITY)
  const throttle = Math.max(0, 1 - bandwidth / (MARGIN * dirtyRate))
  const fitsStop = bandwidth * downtimeLimit > stopBytes
  return {
    downtimeLimit: (MARGIN * (least + stopBytes)) / bandwidth,
    bandwidth: Math.max(MARGIN * dirtyRate, downtimeLimit > 0 ? stopBytes / downtimeLimit : Number.POSITIVE_INFINITY),
    throttle: fitsStop && throttle <= MOST_THROTTLE ? throttle : undefined,
  }
}
