import { stopAt, stopAtEnd } from './next'
import { nextOther, nextSet } from './search'
import { GROUP } from './summary'

/**
 * Writes first bit and count of each run of set bits from `from` on, as pairs of 32-bit words.
 * @returns the number of runs, at most `capacity`; `next` tells where to go on
 */
export function ranges(at: usize, summary: usize, bits: usize, from: usize, out: usize, capacity: usize): usize {
  const start = out
  const limit = out + (capacity << 3)
  // Where most groups have bits set, looking for empty ones costs more than it saves.
  const isDense = marks(summary, bits) > bits / (GROUP << 4)
  let first = nextSet(at, summary, from, bits)
  while (first < bits) {
    if (out == limit) {
      stopAt(first)
      return (out - start) >> 3
    }
    const end = min<usize>(bits, nextOther(at, first, bits, u64.MAX_VALUE))
    store<u32>(out, <u32>first)
    store<u32>(out, <u32>(end - first), 4)
    out += 8
    first = isDense ? nextOther(at, end, bits, 0) : nextSet(at, summary, end, bits)
  }
  stopAtEnd()
  return (out - start) >> 3
}

/** Groups that may have bits set. */
function marks(summary: usize, bits: usize): u64 {
  const end = summary + (((bits + (GROUP << 9) - 1) / (GROUP << 9)) << 3)
  let total: u64 = 0
  while (summary < end) {
    total += popcnt(load<u64>(summary))
    summary += 8
  }
  return total
}
