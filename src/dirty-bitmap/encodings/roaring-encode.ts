import { joined, toView } from '../../layout/index.ts'
import type { DirtyBitmap } from '../bitmap.ts'
import type { Filled } from '../segment.ts'
import {
  ARRAY_MOST,
  BITMAP_BYTES,
  BUCKET_PAGES,
  CONTAINER_PAGES,
  COOKIE_PLAIN,
  COOKIE_RUNS,
  OFFSETS_FROM,
} from './roaring-containers.ts'

/**
 * The Roaring portable format, as the Roaring libraries exchange it (RoaringFormatSpec): little-endian; each stretch of 65536
 * pages as a list, a bitmap or runs, whichever is shortest. Up to 2^32 pages one 32-bit bitmap; more are the 64-bit form:
 * u64 number of buckets, then for each u32 high half and a 32-bit bitmap.
 */
export function encodeRoaring(bitmap: DirtyBitmap): Uint8Array {
  const buckets = new Map<number, Stored[]>()
  for (const stored of storedContainers(bitmap)) {
    const bucket = Math.floor((stored.key * CONTAINER_PAGES) / BUCKET_PAGES)
    const before = buckets.get(bucket)
    if (before === undefined) buckets.set(bucket, [stored])
    else before.push(stored)
  }
  if (bitmap.length <= BUCKET_PAGES) return join32(buckets.get(0) ?? [])
  const pieces = [...buckets].flatMap(([high, containers]) => [words32(high), join32(containers)])
  return joined([words32(buckets.size, 0), ...pieces])
}

interface Stored {
  /** Pages `key * 65536` and following; in a bucket its low 16 bits. */
  readonly key: number
  readonly cardinality: number
  readonly isRun: boolean
  readonly bytes: Uint8Array
}

/** Most runs that are shorter than a bitmap. */
const RUNS_MOST = (BITMAP_BYTES - 2) / 4

function* storedContainers(bitmap: DirtyBitmap): Generator<Stored> {
  const numbers = new Float64Array(ARRAY_MOST)
  for (let page = bitmap.nextDirty(0); page !== undefined; ) {
    const key = Math.floor(page / CONTAINER_PAGES)
    const start = key * CONTAINER_PAGES
    const end = Math.min(bitmap.length, start + CONTAINER_PAGES)
    const part = bitmap.slice(start, end - start)
    yield store(part, key, numbers)
    part.dispose()
    page = end < bitmap.length ? bitmap.nextDirty(end) : undefined
  }
}

function store(part: DirtyBitmap, key: number, numbers: Float64Array): Stored {
  const cardinality = part.count()
  const runs: Filled = part.ranges(numbers)
  const shortest = Math.min(BITMAP_BYTES, cardinality <= ARRAY_MOST ? 2 * cardinality : BITMAP_BYTES)
  // Runs of the same length win: a bitmap with runs needs no offsets up to three containers.
  const isRun = runs.next === undefined && runs.count <= RUNS_MOST && 2 + 4 * runs.count <= shortest
  if (isRun) return { key, cardinality, isRun, bytes: runBytes(numbers, runs.count) }
  if (cardinality > ARRAY_MOST) {
    const bytes = new Uint8Array(BITMAP_BYTES)
    bytes.set(part.toBytes())
    return { key, cardinality, isRun, bytes }
  }
  part.pages(numbers)
  const bytes = new Uint8Array(2 * cardinality)
  const view = toView(bytes)
  for (let at = 0; at < cardinality; at++) view.setUint16(2 * at, numbers[at] as number, true)
  return { key, cardinality, isRun, bytes }
}

/** Number of runs, then first page and length less one of each. */
function runBytes(runs: Float64Array, count: number): Uint8Array {
  const bytes = new Uint8Array(2 + 4 * count)
  const view = toView(bytes)
  view.setUint16(0, count, true)
  for (let at = 0; at < count; at++) {
    view.setUint16(2 + 4 * at, runs[2 * at] as number, true)
    view.setUint16(4 + 4 * at, (runs[2 * at + 1] as number) - 1, true)
  }
  return bytes
}

/** One 32-bit bitmap: cookie and number of containers, which are runs, their keys, where they lie, and they themselves. */
function join32(containers: readonly Stored[]): Uint8Array {
  const count = containers.length
  const hasRuns = containers.some(({ isRun }) => isRun)
  const marks = new Uint8Array(hasRuns ? Math.ceil(count / 8) : 0)
  const heads = new Uint8Array(4 * count)
  const hasOffsets = !hasRuns || count >= OFFSETS_FROM
  const offsets = new Uint8Array(hasOffsets ? 4 * count : 0)
  const cookie = hasRuns ? words32((((count - 1) << 16) | COOKIE_RUNS) >>> 0) : words32(COOKIE_PLAIN, count)
  const [headView, offsetView] = [toView(heads), toView(offsets)]
  let at = cookie.length + marks.length + heads.length + offsets.length
  for (const [index, { key, cardinality, isRun, bytes }] of containers.entries()) {
    if (isRun) marks[index >> 3] = (marks[index >> 3] as number) | (1 << (index & 7))
    headView.setUint16(4 * index, key % CONTAINER_PAGES, true)
    headView.setUint16(4 * index + 2, cardinality - 1, true)
    if (hasOffsets) offsetView.setUint32(4 * index, at, true)
    at += bytes.length
  }
  return joined([cookie, marks, heads, offsets, ...containers.map(({ bytes }) => bytes)])
}

function words32(...words: number[]): Uint8Array {
  const bytes = new Uint8Array(4 * words.length)
  const view = toView(bytes)
  for (const [index, word] of words.entries()) view.setUint32(4 * index, word, true)
  return bytes
}
