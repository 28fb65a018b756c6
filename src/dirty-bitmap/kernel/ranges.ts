import { stopAt, stopAtEnd } from './next'
import { nextClear, nextSet } from './search'

/**
 * Writes first bit and count of each run of set bits from `from` on, as pairs of 32-bit words.
 * @returns the number of runs, at most `capacity`; `next` tells where to go on
 */
export function ranges(at: usize, summary: usize, bits: usize, from: usize, out: usize, capacity: usize): usize {
  const start = out
  const limit = out + (capacity << 3)
  let position = from
  while (true) {
    const first = nextSet(at, summary, position, bits)
    if (first >= bits) {
      stopAtEnd()
      break
    }
    if (out == limit) {
      stopAt(first)
      break
    }
    position = nextClear(at, first, bits)
    store<u32>(out, <u32>first)
    store<u32>(out, <u32>(position - first), 4)
    out += 8
  }
  return (out - start) >> 3
}
