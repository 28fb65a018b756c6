import { stopAt, stopAtEnd } from './next'
import { GROUP, nextGroup } from './summary'

/** For each byte the numbers of its set bits, a byte each, 8 bytes in all. */
const POSITIONS = memory.data(2048, 16)
/** From so many set bits on, a word is unpacked with the table. */
const DENSE = 9
/** Numbers that may be written behind the last one: a word's and the rest of a vector. */
const SLACK: usize = 72

for (let byte: usize = 0; byte < 256; byte++) {
  let slot = POSITIONS + (byte << 3)
  for (let bit: u8 = 0; bit < 8; bit++) {
    if ((byte >> bit) & 1) store<u8>(slot++, bit)
  }
}

/**
 * Writes the numbers of set bits from `from` on as 32-bit words, each plus `base`.
 * @returns how many, at most `capacity`; `next` tells where to go on. What lies behind them up to `capacity` is overwritten
 */
export function pages(
  at: usize,
  summary: usize,
  end: usize,
  from: usize,
  base: u32,
  out: usize,
  capacity: usize,
): usize {
  const start = out
  const limit = out + (capacity << 2)
  const roomy = capacity > SLACK ? limit - (SLACK << 2) : out
  const groups = (end - at + GROUP - 1) / GROUP
  let group = from / (GROUP << 3)
  let skip: u64 = from & 63
  let word = at + ((from >> 6) << 3)
  while (group < groups) {
    const found = nextGroup(summary, group, groups)
    if (found != group) {
      group = found
      word = at + group * GROUP
      skip = 0
    }
    const stop = min<usize>(end, at + (group + 1) * GROUP)
    while (word < stop) {
      let bits = (load<u64>(word) >> skip) << skip
      skip = 0
      const first = <u32>((word - at) << 3) + base
      if (out < roomy) {
        out = unpack(bits, first, out)
      } else {
        while (bits != 0) {
          const bit = <u32>ctz(bits)
          if (out == limit) {
            stopAt(((word - at) << 3) + bit)
            return (out - start) >> 2
          }
          store<u32>(out, first + bit)
          out += 4
          bits &= bits - 1
        }
      }
      word += 8
    }
    group += 1
  }
  stopAtEnd()
  return (out - start) >> 2
}

/**
 * Writes the numbers of one word and returns where the next belongs. Some are written whether they are there or not: a
 * branch for each would be guessed wrong too often.
 */
// @ts-expect-error: decorator
@inline
function unpack(bits: u64, first: u32, out: usize): usize {
  const count = <i32>popcnt(bits)
  if (count >= DENSE) return unpackBytes(bits, first, out)
  store<u32>(out, first + <u32>ctz(bits))
  bits &= bits - 1
  store<u32>(out, first + <u32>ctz(bits), 4)
  if (count > 2) {
    bits &= bits - 1
    store<u32>(out, first + <u32>ctz(bits), 8)
    bits &= bits - 1
    store<u32>(out, first + <u32>ctz(bits), 12)
    if (count > 4) {
      bits &= bits - 1
      store<u32>(out, first + <u32>ctz(bits), 16)
      bits &= bits - 1
      store<u32>(out, first + <u32>ctz(bits), 20)
      bits &= bits - 1
      store<u32>(out, first + <u32>ctz(bits), 24)
      bits &= bits - 1
      store<u32>(out, first + <u32>ctz(bits), 28)
    }
  }
  return out + (<usize>count << 2)
}

// @ts-expect-error: decorator
@inline
function unpackBytes(bits: u64, first: u32, out: usize): usize {
  for (let byte = 0; byte < 8; byte++) {
    const value = <usize>(bits & 0xff)
    const numbers = v128.load8x8_u(POSITIONS + (value << 3))
    const base = i32x4.splat(first)
    v128.store(out, i32x4.add(base, i32x4.extend_low_i16x8_u(numbers)))
    v128.store(out, i32x4.add(base, i32x4.extend_high_i16x8_u(numbers)), 16)
    out += <usize>popcnt(<u32>value) << 2
    first += 8
    bits >>= 8
  }
  return out
}
