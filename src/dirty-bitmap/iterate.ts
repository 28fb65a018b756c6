import type { DirtyBitmap, PageRange } from './bitmap.ts'
import type { Filled, PageArray } from './segment.ts'

/** Numbers that one step of an iterator fetches. */
const STEP = 1024
/** Numbers that are fetched at a time at most. */
const LONGEST_STEP = 2 ** 20

export function* eachPage(bitmap: DirtyBitmap): Generator<number> {
  const step = new Float64Array(STEP)
  for (let from: number | undefined = 0; from !== undefined; ) {
    const { count, next }: Filled = bitmap.pages(step, from)
    yield* step.subarray(0, count)
    from = next
  }
}

export function* eachRange(bitmap: DirtyBitmap): Generator<PageRange> {
  const step = new Float64Array(STEP)
  for (let from: number | undefined = 0; from !== undefined; ) {
    const { count, next }: Filled = bitmap.ranges(step, from)
    for (let at = 0; at < 2 * count; at += 2) yield [step[at] as number, step[at + 1] as number]
    from = next
  }
}

/** All runs in one array; how many there are is known only at the end. */
export function allRanges(bitmap: DirtyBitmap, make: (length: number) => PageArray): PageArray {
  const parts: PageArray[] = []
  let total = 0
  for (let from: number | undefined = 0; from !== undefined; ) {
    const part = make(Math.min(LONGEST_STEP, STEP * 2 ** parts.length))
    const { count, next }: Filled = bitmap.ranges(part, from)
    parts.push(part.subarray(0, 2 * count))
    total += 2 * count
    from = next
  }
  const all = make(total)
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
