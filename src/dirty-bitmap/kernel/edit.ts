/** Sets or clears the bits from `from` to before `to`. */
export function setBits(at: usize, from: usize, to: usize, value: bool): void {
  if (from >= to) return
  const first = at + ((from >> 6) << 3)
  const last = at + (((to - 1) >> 6) << 3)
  const head: u64 = u64.MAX_VALUE << (from & 63)
  const tail: u64 = u64.MAX_VALUE >> (63 - ((to - 1) & 63))
  if (first == last) return put(first, head & tail, value)
  put(first, head, value)
  memory.fill(first + 8, value ? 0xff : 0, last - first - 8)
  put(last, tail, value)
}

function put(word: usize, mask: u64, value: bool): void {
  const old = load<u64>(word)
  store<u64>(word, value ? old | mask : old & ~mask)
}

/** Copies `count` bits from bit `from` of one block to the start of another, and clears the rest of the last word. */
export function copyBits(source: usize, from: usize, target: usize, count: usize): void {
  if (count == 0) return
  const shift: u64 = from & 63
  let word = source + ((from >> 6) << 3)
  const last = source + (((from + count - 1) >> 6) << 3)
  let left = count
  while (true) {
    let bits = load<u64>(word) >> shift
    // What is behind the last word that is asked for may not be there.
    if (shift != 0 && word < last) bits |= load<u64>(word, 8) << (64 - shift)
    if (left < 64) {
      store<u64>(target, bits & ~(u64.MAX_VALUE << left))
      return
    }
    store<u64>(target, bits)
    left -= 64
    if (left == 0) return
    word += 8
    target += 8
  }
}
