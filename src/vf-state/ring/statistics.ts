/** Bits of a hardware counter: packets have 32, octets 36. */
export type CounterWidth = 32 | 36

/** One counter of a VF, and what the driver keeps of it. */
export interface Counter {
  readonly width: CounterWidth
  /** What the counter has reached, wraps included. */
  readonly current: bigint
  /** Register as it was last read. */
  readonly last: bigint
  /** What counts as zero: the register when the driver started. */
  readonly base: bigint
  /** What was counted before the counter was lost. */
  readonly savedReset: bigint
}

/** The counters of a VF. */
export interface VfStatistics {
  /** Packets received (VFGPRC). */
  readonly gprc: Counter
  /** Octets received (VFGORC). */
  readonly gorc: Counter
  /** Packets sent (VFGPTC). */
  readonly gptc: Counter
  /** Octets sent (VFGOTC). */
  readonly gotc: Counter
  /** Multicast packets received (VFMPRC). */
  readonly mprc: Counter
}

/** A counter that starts at what its register reads. */
export function startCounter(width: CounterWidth, register: bigint): Counter {
  const start = BigInt.asUintN(width, register)
  return { width, current: start, last: start, base: start, savedReset: 0n }
}

/** Counters that start at what their registers read. */
export function startStatistics(registers: Readonly<Record<keyof VfStatistics, bigint>>): VfStatistics {
  return {
    gprc: startCounter(32, registers.gprc),
    gorc: startCounter(36, registers.gorc),
    gptc: startCounter(32, registers.gptc),
    gotc: startCounter(36, registers.gotc),
    mprc: startCounter(32, registers.mprc),
  }
}

/** The counter after its register was read; a value below the last one means that it has wrapped once. */
export function readCounter(counter: Counter, register: bigint): Counter {
  const { width, current, last } = counter
  const read = BigInt.asUintN(width, register)
  const high = (current >> BigInt(width)) + (read < last ? 1n : 0n)
  return { ...counter, current: (high << BigInt(width)) | read, last: read }
}

/** What users are shown. */
export function shownCount({ current, base, savedReset }: Counter): bigint {
  return current - base + savedReset
}

/**
 * Keeps what was counted, before a reset or a migration takes the counters; `restoreStatistics` comes next. The driver
 * does so only where the base of packets received or sent is not zero: what is counted after a restore, which sets all
 * bases to zero, is lost with the next one.
 */
export function saveStatistics(statistics: VfStatistics): VfStatistics {
  const { gprc, gptc } = statistics
  if (gprc.base === 0n && gptc.base === 0n) return statistics
  return each(statistics, (counter) => ({ ...counter, savedReset: shownCount(counter) }))
}

/** The counters of the destination device, which start at zero. */
export function restoreStatistics(statistics: VfStatistics): VfStatistics {
  return each(statistics, (counter) => ({ ...counter, current: 0n, last: 0n, base: 0n }))
}

function each({ gprc, gorc, gptc, gotc, mprc }: VfStatistics, step: (counter: Counter) => Counter): VfStatistics {
  return { gprc: step(gprc), gorc: step(gorc), gptc: step(gptc), gotc: step(gotc), mprc: step(mprc) }
}
