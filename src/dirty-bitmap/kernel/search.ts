import { nextGroup } from './summary'

/** Number of the first set bit from `from` on; `bits` where there is none. */
export function nextSet(at: usize, summary: usize, from: usize, bits: usize): usize {
  if (from >= bits) return bits
  let word = from >> 6
  // Most often it is near.
  const near = load<u64>(at + (word << 3)) >> (from & 63)
  if (near != 0) return from + <usize>ctz(near)
  const words = (bits + 63) >> 6
  word += 1
  while (word < words) {
    if ((word & 63) == 0) {
      word = nextGroup(summary, word >> 6, (words + 63) >> 6) << 6
      if (word >= words) return bits
    }
    const set = load<u64>(at + (word << 3))
    if (set != 0) return (word << 6) + <usize>ctz(set)
    word += 1
  }
  return bits
}

/** Number of the first clear bit from `from` on; `bits` where there is none. */
export function nextClear(at: usize, from: usize, bits: usize): usize {
  if (from >= bits) return bits
  let word = from >> 6
  // A shift to the right brings zeros in: bits of the next word, which are looked at there.
  const near = ~load<u64>(at + (word << 3)) >> (from & 63)
  if (near != 0) return min<usize>(bits, from + <usize>ctz(near))
  const words = (bits + 63) >> 6
  word += 1
  while (word < words) {
    const clear = ~load<u64>(at + (word << 3))
    if (clear != 0) return min<usize>(bits, (word << 6) + <usize>ctz(clear))
    word += 1
  }
  return bits
}
