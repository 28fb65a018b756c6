/** Bytes that one bit of the summary stands for: 4096 pages. A clear bit says that the group is empty. */
export const GROUP: usize = 512

/** Writes the summary of a block: a bit for each group, in whole words. */
export function summarise(at: usize, end: usize, summary: usize): void {
  let word: u64 = 0
  let bit: u64 = 0
  while (at < end) {
    const stop = min<usize>(end, at + GROUP)
    let any = i64x2.splat(0)
    while (at < stop) {
      any = v128.or(any, v128.or(v128.load(at), v128.load(at, 16)))
      any = v128.or(any, v128.or(v128.load(at, 32), v128.load(at, 48)))
      at += 64
    }
    if (v128.any_true(any)) word |= (<u64>1) << bit
    if (++bit == 64) {
      store<u64>(summary, word)
      summary += 8
      word = 0
      bit = 0
    }
  }
  if (bit != 0) store<u64>(summary, word)
}

/** Number of the first group from `group` on that may have a bit set; `groups` where there is none. */
// @ts-expect-error: decorator
@inline
export function nextGroup(summary: usize, group: usize, groups: usize): usize {
  while (group < groups) {
    const marks = load<u64>(summary + ((group >> 6) << 3)) >> (group & 63)
    if (marks != 0) return min<usize>(groups, group + <usize>ctz(marks))
    group = (group | 63) + 1
  }
  return groups
}
