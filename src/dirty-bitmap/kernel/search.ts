import { nextGroup } from './summary'

// Stretches of equal bits are passed two words at a time; a block has an even number of words.

/** Number of the first set bit from `from` on; `bits` where there is none. */
export function nextSet(at: usize, summary: usize, from: usize, bits: usize): usize {
  if (from >= bits) return bits
  let word = from >> 6
  // Most often it is near.
  const near = load<u64>(at + (word << 3)) >> (from & 63)
  if (near != 0) return from + <usize>ctz(near)
  const words = (bits + 63) >> 6
  word += 1
  if ((word & 1) != 0 && word < words) {
    const set = load<u64>(at + (word << 3))
    if (set != 0) return (word << 6) + <usize>ctz(set)
    word += 1
  }
  while (word < words) {
    if ((word & 63) == 0) {
      word = nextGroup(summary, word >> 6, (words + 63) >> 6) << 6
      if (word >= words) return bits
    }
    const stop = min<usize>(words, (word | 63) + 1)
    while (word < stop) {
      if (v128.any_true(v128.load(at + (word << 3)))) return firstSet(at, word)
      word += 2
    }
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
  if ((word & 1) != 0 && word < words) {
    const clear = ~load<u64>(at + (word << 3))
    if (clear != 0) return min<usize>(bits, (word << 6) + <usize>ctz(clear))
    word += 1
  }
  while (word < words) {
    if (v128.any_true(v128.not(v128.load(at + (word << 3))))) return min<usize>(bits, firstClear(at, word))
    word += 2
  }
  return bits
}

/** Number of the first set bit of two words that have one. */
// @ts-ignore: decorator
@inline
function firstSet(at: usize, word: usize): usize {
  const low = load<u64>(at + (word << 3))
  return low != 0 ? (word << 6) + <usize>ctz(low) : (word << 6) + 64 + <usize>ctz(load<u64>(at + (word << 3), 8))
}

/** Number of the first clear bit of two words that have one. */
// @ts-ignore: decorator
@inline
function firstClear(at: usize, word: usize): usize {
  const low = ~load<u64>(at + (word << 3))
  return low != 0 ? (word << 6) + <usize>ctz(low) : (word << 6) + 64 + <usize>ctz(~load<u64>(at + (word << 3), 8))
}
