import { type PageHash, uniform } from './page-hash.ts'

/** Pages of one content. */
export interface PageRun {
  readonly start: number
  /** First page behind it. */
  readonly end: number
  readonly hash: PageHash
}

/** A run with its place among the runs that were stated. */
export interface StatedRun extends PageRun {
  readonly era: number
}

/** Runs of pages that are one byte throughout, however long: what they cost does not follow the pages that they claim. */
export class PageRuns {
  readonly #stated: StatedRun[] = []

  /** How many were stated. */
  get count(): number {
    return this.#stated.length
  }

  add(start: number, end: number, byte: number): void {
    this.#stated.push({ start, end, hash: uniform(byte), era: this.#stated.length })
  }

  /** What holds in the end, in order and without overlaps: where runs overlap, the later one. */
  *settled(): Generator<StatedRun> {
    const begins = [...this.#stated].sort((a, b) => a.start - b.start)
    const open: StatedRun[] = []
    let next = 0
    let at = 0
    while (next < begins.length || open.length > 0) {
      const top = open[0]
      if (top === undefined) at = (begins[next] as StatedRun).start
      while (next < begins.length && (begins[next] as StatedRun).start <= at) sift(open, begins[next++] as StatedRun)
      while (open.length > 0 && (open[0] as StatedRun).end <= at) drop(open)
      const holds = open[0]
      if (holds === undefined) continue
      const end = Math.min(holds.end, begins[next]?.start ?? Number.POSITIVE_INFINITY)
      yield { ...holds, start: at, end }
      at = end
    }
  }
}

/** Puts a run into a heap that has the latest on top. */
function sift(heap: StatedRun[], run: StatedRun): void {
  let at = heap.push(run) - 1
  while (at > 0) {
    const parent = (at - 1) >> 1
    const above = heap[parent] as StatedRun
    if (above.era >= run.era) break
    heap[at] = above
    at = parent
  }
  heap[at] = run
}

/** Takes the top away. */
function drop(heap: StatedRun[]): void {
  const last = heap.pop() as StatedRun
  if (heap.length === 0) return
  let at = 0
  for (;;) {
    const left = 2 * at + 1
    const right = left + 1
    if (left >= heap.length) break
    const [one, other] = [heap[left] as StatedRun, heap[right]]
    const below = other !== undefined && other.era > one.era ? right : left
    const child = heap[below] as StatedRun
    if (child.era <= last.era) break
    heap[at] = child
    at = below
  }
  heap[at] = last
}
