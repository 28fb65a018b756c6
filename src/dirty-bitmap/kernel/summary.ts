/** Bytes that one bit of the summary stands for: 4096 pages. A clear bit says that the group is empty. */
export const GROUP: usize = 512

/** Writes the summary of the bytes from `from` to before `to` of a block, the groups that they touch. */
export function summarise(at: usize, from: usize, to: usize, end: usize, summary: usize): void {
  let group = from / GROUP
  let start = at + group * GROUP
  const last = at + to
  while (start < last) {
    const stop = min<usize>(end, start + GROUP)
    let any = i64x2.splat(0)
    while (start < stop) {
      any = v128.or(any, v128.or(v128.load(start), v128.load(start, 16)))
      any = v128.or(any, v128.or(v128.load(start, 32), v128.load(start, 48)))
      start += 64
    }
    const place = summary + (group >> 3)
    const mark: u8 = 1 << <u8>(group & 7)
    store<u8>(place, v128.any_true(any) ? load<u8>(place) | mark : load<u8>(place) & ~mark)
    group += 1
  }
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

/** Bits of a group. */
export function groupBits(): u32 {
  return <u32>(GROUP << 3)
}

/** Where the tables of the kernel end: what lies behind belongs to whoever owns the memory. */
export function staticEnd(): usize {
  return __heap_base
}
