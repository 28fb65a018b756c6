/** Puts bytes of a delta into a page. */
type Put = (at: number, bytes: Uint8Array) => void

/**
 * Why a delta cannot be applied to a page; undefined where it can. A delta is pairs of a run that stays and a run that is
 * replaced, each with its length in 7 or 14 bits (QEMU migration/xbzrle.c).
 */
export const xbzrleProblem = (delta: Uint8Array, pageSize: number): string | undefined => eachRun(delta, pageSize)

/** Makes a page what it is now. @returns why that cannot be; the page is then as it was up to the damage */
export const applyXbzrle = (delta: Uint8Array, page: Uint8Array): string | undefined =>
  eachRun(delta, page.length, (at, bytes) => page.set(bytes, at))

function eachRun(delta: Uint8Array, pageSize: number, put?: Put): string | undefined {
  if (delta.length > pageSize) return `it has ${delta.length} bytes, more than a page`
  let from = 0
  let to = 0
  while (from < delta.length) {
    const zeros = lengthAt(delta, from)
    if (typeof zeros === 'string') return zeros
    if (zeros.length === 0 && from > 0) return `the run at ${from} is empty`
    from += zeros.size
    to += zeros.length
    if (to > pageSize) return `a run ends at ${to}, behind the page`
    const others = lengthAt(delta, from)
    if (typeof others === 'string') return others
    if (others.length === 0) return `the run at ${from} is empty`
    from += others.size
    if (to + others.length > pageSize) return `a run ends at ${to + others.length}, behind the page`
    if (from + others.length > delta.length) return `a run of ${others.length} bytes has ${delta.length - from}`
    put?.(to, delta.subarray(from, from + others.length))
    from += others.length
    to += others.length
  }
  return undefined
}

/** The length that stands at a place, and how many bytes it takes. */
function lengthAt(delta: Uint8Array, at: number): { readonly length: number; readonly size: number } | string {
  const first = delta[at]
  const second = delta[at + 1]
  // Each length has at least one byte behind it: another length, or the bytes of the run.
  if (first === undefined || second === undefined) return `it ends in the run at ${at}`
  if (first < 0x80) return { length: first, size: 1 }
  if (second >= 0x80) return `the length at ${at} has more than 14 bits`
  return { length: (first & 0x7f) | (second << 7), size: 2 }
}
