import { GROUP } from './summary'

/** Set bits from `from` to before `to`. Groups that the summary calls empty are left out. */
export function count(at: usize, summary: usize, from: usize, to: usize): u32 {
  if (from >= to) return 0
  const first = at + ((from >> 6) << 3)
  const last = at + ((to >> 6) << 3)
  const head: u64 = u64.MAX_VALUE << (from & 63)
  // A word that is not there counts nothing, and may lie behind the block.
  const tail: u64 = (to & 63) == 0 ? 0 : ~(u64.MAX_VALUE << (to & 63))
  if (first == last) return <u32>popcnt(load<u64>(first) & head & tail)
  let total = popcnt(load<u64>(first) & head)
  if (tail != 0) total += popcnt(load<u64>(last) & tail)
  return <u32>(total + words(at, summary, first + 8, last))
}

function words(at: usize, summary: usize, word: usize, end: usize): u64 {
  let total: u64 = 0
  while (word < end) {
    // 64 groups have their bits in one word of the summary.
    const group = (word - at) / GROUP
    const stop = min<usize>(end, at + ((group | 63) + 1) * GROUP)
    const marks = load<u64>(summary + ((group >> 6) << 3)) >> (group & 63)
    if (popcnt(marks) < 32) total += marked(at + group * GROUP, word, stop, marks)
    else total += run(word, stop)
    word = stop
  }
  return total
}

/** Counts in groups that are marked; `at` is the place of the first mark's group. */
function marked(at: usize, from: usize, end: usize, marks: u64): u64 {
  let total: u64 = 0
  while (marks != 0) {
    const group = at + <usize>ctz(marks) * GROUP
    total += run(max<usize>(from, group), min<usize>(end, group + GROUP))
    marks &= marks - 1
  }
  return total
}

/** The counting instruction of the machine is faster than vectors are. */
function run(word: usize, end: usize): u64 {
  let a: u64 = 0
  let b: u64 = 0
  let c: u64 = 0
  let d: u64 = 0
  while (word + 64 <= end) {
    a += popcnt(load<u64>(word)) + popcnt(load<u64>(word, 8))
    b += popcnt(load<u64>(word, 16)) + popcnt(load<u64>(word, 24))
    c += popcnt(load<u64>(word, 32)) + popcnt(load<u64>(word, 40))
    d += popcnt(load<u64>(word, 48)) + popcnt(load<u64>(word, 56))
    word += 64
  }
  while (word < end) {
    a += popcnt(load<u64>(word))
    word += 8
  }
  return a + b + c + d
}
