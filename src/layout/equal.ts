/** Whether two decoded values are the same, absent members counting as undefined ones. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false
  if (a instanceof Uint8Array || b instanceof Uint8Array) {
    if (!(a instanceof Uint8Array && b instanceof Uint8Array) || a.length !== b.length) return false
    return a.every((byte, at) => byte === b[at])
  }
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const names = new Set([...Object.keys(a), ...Object.keys(b)])
  for (const name of names) {
    if (!sameValue((a as Record<string, unknown>)[name], (b as Record<string, unknown>)[name])) return false
  }
  return true
}
