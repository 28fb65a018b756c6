// Each changes the block at `at`, up to `end`, by the one at `other`; 64 bytes a turn.

export function or(at: usize, other: usize, end: usize): void {
  while (at < end) {
    v128.store(at, v128.or(v128.load(at), v128.load(other)))
    v128.store(at, v128.or(v128.load(at, 16), v128.load(other, 16)), 16)
    v128.store(at, v128.or(v128.load(at, 32), v128.load(other, 32)), 32)
    v128.store(at, v128.or(v128.load(at, 48), v128.load(other, 48)), 48)
    at += 64
    other += 64
  }
}

export function and(at: usize, other: usize, end: usize): void {
  while (at < end) {
    v128.store(at, v128.and(v128.load(at), v128.load(other)))
    v128.store(at, v128.and(v128.load(at, 16), v128.load(other, 16)), 16)
    v128.store(at, v128.and(v128.load(at, 32), v128.load(other, 32)), 32)
    v128.store(at, v128.and(v128.load(at, 48), v128.load(other, 48)), 48)
    at += 64
    other += 64
  }
}

export function andNot(at: usize, other: usize, end: usize): void {
  while (at < end) {
    v128.store(at, v128.andnot(v128.load(at), v128.load(other)))
    v128.store(at, v128.andnot(v128.load(at, 16), v128.load(other, 16)), 16)
    v128.store(at, v128.andnot(v128.load(at, 32), v128.load(other, 32)), 32)
    v128.store(at, v128.andnot(v128.load(at, 48), v128.load(other, 48)), 48)
    at += 64
    other += 64
  }
}

export function xor(at: usize, other: usize, end: usize): void {
  while (at < end) {
    v128.store(at, v128.xor(v128.load(at), v128.load(other)))
    v128.store(at, v128.xor(v128.load(at, 16), v128.load(other, 16)), 16)
    v128.store(at, v128.xor(v128.load(at, 32), v128.load(other, 32)), 32)
    v128.store(at, v128.xor(v128.load(at, 48), v128.load(other, 48)), 48)
    at += 64
    other += 64
  }
}
