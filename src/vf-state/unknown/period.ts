/** A distance at which bytes come back: the size of a record, perhaps. */
export interface Period {
  readonly size: number
  /** Share of bytes that are the same one period later, zeros that both are left out; 0 to 1. */
  readonly share: number
}

/** Bytes that are looked at, longest period, and what periods are multiples of. */
const [SAMPLE, LONGEST, STEP] = [16384, 1024, 4]
/** Share from which on a period is evident, and how much better than the middle one of all distances it has to be. */
const [EVIDENT, AHEAD] = [0.6, 0.25]

/** The smallest evident period of the first bytes. */
export function findPeriod(bytes: Uint8Array): Period | undefined {
  const sample = bytes.subarray(0, SAMPLE)
  const longest = Math.min(LONGEST, Math.floor(sample.length / 4))
  const shares: Period[] = []
  for (let size = STEP; size <= longest; size += STEP) shares.push({ size, share: shareAt(sample, size) })
  const sorted = shares.map(({ share }) => share).sort((a, b) => a - b)
  const middle = sorted[sorted.length >> 1] ?? 0
  const best = sorted.at(-1) ?? 0
  if (best < EVIDENT || best < middle + AHEAD) return undefined
  return shares.find(({ share }) => share >= best - 0.05)
}

function shareAt(bytes: Uint8Array, distance: number): number {
  let [same, seen] = [0, 0]
  for (let at = distance; at < bytes.length; at++) {
    const [now, before] = [bytes[at], bytes[at - distance]]
    if (now === 0 && before === 0) continue
    seen += 1
    if (now === before) same += 1
  }
  return seen === 0 ? 0 : Math.round((same / seen) * 1000) / 1000
}
