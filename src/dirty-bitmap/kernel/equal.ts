/** Whether two blocks hold the same bits. */
export function equal(at: usize, other: usize, end: usize): bool {
  while (at < end) {
    const first = v128.or(v128.xor(v128.load(at), v128.load(other)), v128.xor(v128.load(at, 16), v128.load(other, 16)))
    const second = v128.or(
      v128.xor(v128.load(at, 32), v128.load(other, 32)),
      v128.xor(v128.load(at, 48), v128.load(other, 48)),
    )
    if (v128.any_true(v128.or(first, second))) return false
    at += 64
    other += 64
  }
  return true
}
