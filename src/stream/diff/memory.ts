import { hashOf, isSamePage, uniform, ZERO } from './page-hash.ts'
import { type PageRun, PageRuns } from './page-runs.ts'
import { PageTable } from './page-table.ts'

/** Longest run of one byte that is kept page by page. */
const FEW = 16

/** What a stream says of a region in the end: the last content of each page, as a hash. */
export class RegionMemory {
  readonly #pages = new PageTable()
  readonly #runs = new PageRuns()

  /** @param unit bytes that are hashed together */
  constructor(readonly unit: number) {}

  /** The content of one unit. @param index units before it in the region */
  set(index: number, bytes: Uint8Array): void {
    this.#pages.set(index, hashOf(bytes), this.#runs.count)
  }

  /** So many units that are one byte throughout. */
  fill(index: number, count: number, byte: number): void {
    if (count > FEW) this.#runs.add(index, index + count, byte)
    else for (let at = index; at < index + count; at++) this.#pages.set(at, uniform(byte), this.#runs.count)
  }

  /** What holds in the end, in order and without overlaps. */
  *settled(): Generator<PageRun> {
    const runs = this.#runs.settled()
    let run = runs.next()
    let at = 0
    for (const { page, hash, era } of this.#pages.entries()) {
      for (; !run.done && run.value.end <= page; run = runs.next()) {
        if (at < run.value.end) yield { ...run.value, start: Math.max(at, run.value.start) }
      }
      if (!run.done && run.value.start <= page) {
        // The run came behind the page.
        if (run.value.era >= era) continue
        const start = Math.max(at, run.value.start)
        if (start < page) yield { ...run.value, start, end: page }
      }
      yield { start: page, end: page + 1, hash }
      at = page + 1
    }
    for (; !run.done; run = runs.next()) {
      if (at < run.value.end) yield { ...run.value, start: Math.max(at, run.value.start) }
    }
  }
}

/** Units that are not the same on both sides. */
export interface UnitRange {
  readonly start: number
  readonly end: number
  /** Who states them: where it is one side alone, they are not zero there. */
  readonly in: 'both' | 'a' | 'b'
}

/** Compares regions of one unit. A page that a side never states is zero, as the memory of a destination is at first. */
export function* compareMemory(a: RegionMemory | undefined, b: RegionMemory | undefined): Generator<UnitRange> {
  let open: UnitRange | undefined
  for (const next of differing(a?.settled() ?? [], b?.settled() ?? [])) {
    if (open !== undefined && open.end === next.start && open.in === next.in) open = { ...open, end: next.end }
    else {
      if (open !== undefined) yield open
      open = next
    }
  }
  if (open !== undefined) yield open
}

function* differing(ours: Iterable<PageRun>, theirs: Iterable<PageRun>): Generator<UnitRange> {
  const [left, right] = [ours[Symbol.iterator](), theirs[Symbol.iterator]()]
  let a = left.next()
  let b = right.next()
  let at = 0
  while (!a.done || !b.done) {
    const mine = a.done ? undefined : a.value
    const other = b.done ? undefined : b.value
    at = Math.max(at, Math.min(mine?.start ?? Number.POSITIVE_INFINITY, other?.start ?? Number.POSITIVE_INFINITY))
    const held = mine !== undefined && mine.start <= at ? mine : undefined
    const given = other !== undefined && other.start <= at ? other : undefined
    const end = Math.min(
      held?.end ?? mine?.start ?? Number.POSITIVE_INFINITY,
      given?.end ?? other?.start ?? Number.POSITIVE_INFINITY,
    )
    if (!isSamePage(held?.hash ?? ZERO, given?.hash ?? ZERO)) {
      yield { start: at, end, in: held === undefined ? 'b' : given === undefined ? 'a' : 'both' }
    }
    at = end
    if (mine !== undefined && mine.end <= at) a = left.next()
    if (other !== undefined && other.end <= at) b = right.next()
  }
}
