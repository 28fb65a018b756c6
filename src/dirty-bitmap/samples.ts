import type { PreCopy } from './convergence.ts'

/** What was known of a running migration at one moment. Sizes in bytes, times in seconds; undefined where it was not said. */
export interface MigrationSample {
  /** State by QEMU's names, `active`, `completed` ...; libvirt's job type in lower case. */
  readonly status?: string | undefined
  /** Since the migration started. */
  readonly time?: number | undefined
  /** Memory of the guest. */
  readonly total?: number | undefined
  /** Still to send in this round. */
  readonly remaining?: number | undefined
  readonly transferred?: number | undefined
  /** Bytes of pages that became dirty per second. */
  readonly dirtyRate?: number | undefined
  /** Bytes sent per second. */
  readonly bandwidth?: number | undefined
  /** How often the dirty pages were collected: the number of the round. */
  readonly round?: number | undefined
  readonly pageSize: number
  readonly downtimeLimit?: number | undefined
  /** What the hypervisor itself expects. */
  readonly expectedDowntime?: number | undefined
  /** What it was, at the end. */
  readonly downtime?: number | undefined
  /** Bytes that VFIO devices sent so far; undefined without such devices. */
  readonly vfioTransferred?: number | undefined
  /** Percentage of the time that virtual CPUs are kept from running. */
  readonly throttle?: number | undefined
}

/** What is said from outside, and wins over what samples say. */
export interface Known {
  readonly bandwidth?: number | undefined
  readonly downtimeLimit?: number | undefined
  readonly stopBytes?: number | undefined
}

/** QEMU's downtime limit where nobody set another: 300 ms. */
export const DEFAULT_DOWNTIME_LIMIT = 0.3

/**
 * What the latest sample that still had memory to send makes of the migration: its remaining bytes are taken as a round
 * of their own (pages that became dirty since the last collection are not in them yet), both rates are the latest that
 * are not zero, since the first round has none. Undefined where remaining bytes or a rate are not known.
 */
export function preCopyOf(samples: readonly MigrationSample[], known: Known = {}): PreCopy | undefined {
  const running = samples.filter(({ remaining }) => remaining !== undefined && remaining > 0)
  const latest = running.at(-1)
  const bandwidth = known.bandwidth ?? latestOf(samples, sentPerSecond)
  const dirtyRate = latestOf(samples, ({ dirtyRate }) => dirtyRate)
  if (latest?.remaining === undefined || bandwidth === undefined || dirtyRate === undefined) return undefined
  const downtimeLimit = known.downtimeLimit ?? latestOf(samples, (one) => one.downtimeLimit) ?? DEFAULT_DOWNTIME_LIMIT
  return { remaining: latest.remaining, dirtyRate, bandwidth, downtimeLimit, stopBytes: known.stopBytes ?? 0 }
}

type Reading = (sample: MigrationSample, before: MigrationSample | undefined) => number | undefined

function latestOf(samples: readonly MigrationSample[], reading: Reading): number | undefined {
  for (let at = samples.length - 1; at >= 0; at--) {
    const value = reading(samples[at] as MigrationSample, samples[at - 1])
    if (value !== undefined && value > 0) return value
  }
  return undefined
}

/** Bytes per second as stated, or from what was sent since the sample before. */
export function sentPerSecond(sample: MigrationSample, before: MigrationSample | undefined): number | undefined {
  if (sample.bandwidth !== undefined && sample.bandwidth > 0) return sample.bandwidth
  if (sample.transferred === undefined || before?.transferred === undefined) return undefined
  if (sample.time === undefined || before.time === undefined || sample.time <= before.time) return undefined
  return (sample.transferred - before.transferred) / (sample.time - before.time)
}
