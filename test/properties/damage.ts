/** Things that stand where a number, a text or a part should. */
export const STRANGE: readonly unknown[] = [
  ...[undefined, null, true, false, -1, -0, 1, 2, 255, 256, 1.5, 65536, 2 ** 31, 2 ** 32, 2 ** 53, Number.NaN],
  ...[-(2 ** 31), 0n, 1n, -1n, 1n << 63n, 1n << 64n, '', 'x', '1', 'a longer text than any', '\u0100', '\0'],
  ...['00:00.0\nx', {}, [], [0], [null], new Uint8Array(0), new Uint8Array(3), { opaque: new Uint8Array(2) }],
  ...[{ offset: 0, bytes: new Uint8Array(2) }, { length: 3 }],
]

/** A copy of a value in which one member, reached by the numbers of `way`, is something else. */
export function replaced(value: unknown, way: readonly number[], odd: unknown): unknown {
  const [turn, ...others] = way
  if (turn === undefined || value === null || typeof value !== 'object' || value instanceof Uint8Array) return odd
  const keys = Object.keys(value)
  if (keys.length === 0) return odd
  const key = keys[turn % keys.length] as string
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>
  copy[key] = replaced(copy[key], others, odd)
  return copy
}
