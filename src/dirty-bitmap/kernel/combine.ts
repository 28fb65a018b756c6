const OR = 0
const AND = 1
const AND_NOT = 2
const XOR = 3

// Each changes the block at `at`, up to `end`, by the one at `other`.

export function or(at: usize, other: usize, end: usize): void {
  combine(OR, at, other, end)
}

export function and(at: usize, other: usize, end: usize): void {
  combine(AND, at, other, end)
}

export function andNot(at: usize, other: usize, end: usize): void {
  combine(AND_NOT, at, other, end)
}

export function xor(at: usize, other: usize, end: usize): void {
  combine(XOR, at, other, end)
}

/** 64 bytes a turn. Inlined, so that each operation has a loop of its own. */
// @ts-ignore: decorator
@inline
function combine(operation: i32, at: usize, other: usize, end: usize): void {
  while (at < end) {
    v128.store(at, one(operation, v128.load(at), v128.load(other)))
    v128.store(at, one(operation, v128.load(at, 16), v128.load(other, 16)), 16)
    v128.store(at, one(operation, v128.load(at, 32), v128.load(other, 32)), 32)
    v128.store(at, one(operation, v128.load(at, 48), v128.load(other, 48)), 48)
    at += 64
    other += 64
  }
}

// @ts-ignore: decorator
@inline
function one(operation: i32, a: v128, b: v128): v128 {
  if (operation == OR) return v128.or(a, b)
  if (operation == AND) return v128.and(a, b)
  if (operation == AND_NOT) return v128.andnot(a, b)
  return v128.xor(a, b)
}
