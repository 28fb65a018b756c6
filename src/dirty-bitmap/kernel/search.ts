import { GROUP, nextGroup } from './summary'

// One word a turn: vectors find the end of a stretch later than they save on the way.

/** Number of the first set bit from `from` on; `bits` where there is none. Empty groups are passed over. */
export function nextSet(at: usize, summary: usize, from: usize, bits: usize): usize {
  if (from >= bits) return bits
  let word = at + ((from >> 6) << 3)
  // Most often it is near.
  const near = load<u64>(word) >> (from & 63)
  if (near != 0) return from + <usize>ctz(near)
  const end = at + (((bits + 63) >> 6) << 3)
  const groups = (end - at + GROUP - 1) / GROUP
  let group = (word - at) / GROUP
  word += 8
  while (true) {
    const stop = min<usize>(end, at + (group + 1) * GROUP)
    while (word < stop) {
      const set = load<u64>(word)
      if (set != 0) return ((word - at) << 3) + <usize>ctz(set)
      word += 8
    }
    group = nextGroup(summary, group + 1, groups)
    if (group >= groups) return bits
    word = at + group * GROUP
  }
}

/** Number of the first clear bit from `from` on; `bits` where there is none. */
export function nextClear(at: usize, from: usize, bits: usize): usize {
  return min<usize>(bits, nextOther(at, from, bits, u64.MAX_VALUE))
}

/** Number of the first bit that differs from those of `flip`, from `from` on; `bits` or more where there is none. */
export function nextOther(at: usize, from: usize, bits: usize, flip: u64): usize {
  if (from >= bits) return bits
  let word = at + ((from >> 6) << 3)
  // A shift to the right brings zeros in: bits of the next word, which are looked at there.
  const near = (load<u64>(word) ^ flip) >> (from & 63)
  if (near != 0) return from + <usize>ctz(near)
  const end = at + (((bits + 63) >> 6) << 3)
  word += 8
  while (word < end) {
    const other = load<u64>(word) ^ flip
    if (other != 0) return ((word - at) << 3) + <usize>ctz(other)
    word += 8
  }
  return bits
}
