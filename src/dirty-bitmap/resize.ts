import type { Geometry } from './geometry.ts'
import type { Filled } from './segment.ts'
import type { Segments } from './segments.ts'

/** The geometry of the same memory in pages of another size: the first page starts at or before the old one. */
export function resized({ pageSize, base, length }: Geometry, to: number): Geometry {
  const size = BigInt(to)
  const start = base - (base % size)
  const end = base + BigInt(length) * BigInt(pageSize)
  return { pageSize: to, base: start, length: Number((end - start + size - 1n) / size) }
}

/** Runs that one step takes from the source. */
const STEP = 4096

/** Marks every page of the target that shares bytes with a dirty page of the source. */
export function resize(source: Segments, from: Geometry, target: Segments, to: Geometry): void {
  const lead = Number(from.base - to.base) / from.pageSize
  const [factor, parts] = [to.pageSize / from.pageSize, from.pageSize / to.pageSize]
  const runs = new Float64Array(2 * STEP)
  for (let next: number | undefined = 0; next !== undefined; ) {
    const filled: Filled = source.writeRanges(runs, next)
    for (let at = 0; at < 2 * filled.count; at += 2) {
      const first = lead + (runs[at] as number)
      const end = first + (runs[at + 1] as number)
      if (factor >= 1) target.set(Math.floor(first / factor), Math.ceil(end / factor), true)
      else target.set(first * parts, end * parts, true)
    }
    next = filled.next
  }
}
