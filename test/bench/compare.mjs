// Times functions against a baseline in the same run: rounds in turn, median of the rounds' medians, as a ratio.
import { measure } from 'mitata'

const ROUNDS = Number(process.env.ROUNDS ?? 5)
const CPU_TIME = Number(process.env.CPU_MS ?? 120) * 1e6

/** @returns median nanoseconds by name */
export async function timeAll(candidates) {
  const times = Object.fromEntries(Object.keys(candidates).map((name) => [name, []]))
  // The first round warms up: it is not counted.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, run] of Object.entries(candidates)) {
      const { p50 } = await measure(run, { min_cpu_time: CPU_TIME })
      if (round > 0) times[name].push(p50)
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all)]))
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}

/** A bar: what is measured, the ratio reached, and the ratio to stay under (or over). */
export function report(rows) {
  let missed = 0
  for (const { what, ratio, bar, over = false } of rows) {
    const met = over ? ratio >= bar : ratio <= bar
    if (!met) missed += 1
    console.log(
      `${met ? 'met   ' : 'MISSED'}  ${what.padEnd(58)} ${ratio.toFixed(2).padStart(7)}  (${over ? 'at least' : 'at most'} ${bar})`,
    )
  }
  return missed
}
