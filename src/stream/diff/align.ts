/** Indices of one element of each list; -1 where there is none on that side. */
export type Pair = readonly [a: number, b: number]

/** Most steps that are looked for; lists that differ in more are aligned less well, and as fast. */
const MOST_STEPS = 400
/** How far ahead is looked then. */
const AHEAD = 64

/**
 * Pairs the elements of two lists in their order: those of which the first key is the same; between them those of which
 * the second is; and what is left between those, one after another.
 */
export function align(a: readonly Keys[], b: readonly Keys[]): Pair[] {
  const pairs: Pair[] = []
  const within = (depth: number, [a0, a1]: Span, [b0, b1]: Span): void => {
    if (depth === DEPTH) return inOrder(pairs, [a0, a1], [b0, b1])
    const keys = (list: readonly Keys[], [from, to]: Span) => list.slice(from, to).map((each) => each[depth] as string)
    let [i, j] = [a0, b0]
    for (const [x, y] of common(keys(a, [a0, a1]), keys(b, [b0, b1]))) {
      if (a0 + x > i || b0 + y > j) within(depth + 1, [i, a0 + x], [j, b0 + y])
      pairs.push([a0 + x, b0 + y])
      i = a0 + x + 1
      j = b0 + y + 1
    }
    if (i < a1 || j < b1) within(depth + 1, [i, a1], [j, b1])
  }
  within(0, [0, a.length], [0, b.length])
  return pairs
}

type Keys = readonly [string, string]
type Span = readonly [from: number, to: number]
const DEPTH = 2

function inOrder(pairs: Pair[], [a0, a1]: Span, [b0, b1]: Span): void {
  for (let at = 0; at < Math.max(a1 - a0, b1 - b0); at++) {
    pairs.push([a0 + at < a1 ? a0 + at : -1, b0 + at < b1 ? b0 + at : -1])
  }
}

/** A longest common subsequence, or one that is not the longest where there are many differences. */
function common(a: readonly string[], b: readonly string[]): Pair[] {
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1
  let end = 0
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end += 1
  const [middleA, middleB] = [a.slice(start, a.length - end), b.slice(start, b.length - end)]
  const middle = shortestEdit(middleA, middleB) ?? ahead(middleA, middleB)
  return [
    ...Array.from({ length: start }, (_, at): Pair => [at, at]),
    ...middle.map(([x, y]): Pair => [start + x, start + y]),
    ...Array.from({ length: end }, (_, at): Pair => [a.length - end + at, b.length - end + at]),
  ]
}

/** The greedy algorithm of Myers (1986): furthest reaching paths, step by step. Undefined where there are too many. */
function shortestEdit(a: readonly string[], b: readonly string[]): Pair[] | undefined {
  const reach = new Int32Array(2 * MOST_STEPS + 3)
  const before: Int32Array[] = []
  for (let steps = 0; steps <= MOST_STEPS; steps++) {
    before.push(reach.slice())
    for (let k = -steps; k <= steps; k += 2) {
      let x = startOf(reach, k, steps)
      while (x < a.length && x - k < b.length && x - k >= 0 && a[x] === b[x - k]) x += 1
      reach[MIDDLE + k] = x
      if (x >= a.length && x - k >= b.length) return walkBack(before, a.length, b.length)
    }
  }
  return undefined
}

const MIDDLE = MOST_STEPS + 1

/** Whether the best path comes to a diagonal from the one above, by an element of the second list. */
const isFromAbove = (reach: Int32Array, k: number, steps: number) =>
  k === -steps || (k !== steps && (reach[MIDDLE + k - 1] as number) < (reach[MIDDLE + k + 1] as number))

const startOf = (reach: Int32Array, k: number, steps: number) =>
  isFromAbove(reach, k, steps) ? (reach[MIDDLE + k + 1] as number) : (reach[MIDDLE + k - 1] as number) + 1

function walkBack(before: readonly Int32Array[], endA: number, endB: number): Pair[] {
  const pairs: Pair[] = []
  let [x, y] = [endA, endB]
  for (let steps = before.length - 1; steps >= 0; steps--) {
    const reach = before[steps] as Int32Array
    const k = x - y
    const start = startOf(reach, k, steps)
    while (x > start) pairs.push([--x, --y])
    if (isFromAbove(reach, k, steps)) y -= 1
    else x -= 1
  }
  return pairs.reverse()
}

/** Pairs each element with the next that is the same, not far from where the last pair was. */
function ahead(a: readonly string[], b: readonly string[]): Pair[] {
  const pairs: Pair[] = []
  let from = 0
  for (const [x, key] of a.entries()) {
    const y = b.slice(from, from + AHEAD).indexOf(key)
    if (y < 0) continue
    pairs.push([x, from + y])
    from += y + 1
  }
  return pairs
}
