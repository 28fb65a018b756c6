import { findPeriod, type Period } from './period.ts'
import { bitsPerByte, count, type Reading, readingOf } from './reading.ts'
import { type Extent, type FoundString, findRuns, previewOf, type ZeroRun } from './runs.ts'
import { startsLike } from './starts-like.ts'

/** A part of the bytes and how it reads. */
export interface Block {
  readonly offset: number
  readonly length: number
  /** Entropy of the bytes that were looked at, 0 to 8. */
  readonly bitsPerByte: number
  readonly reading: Reading
}

/** What can be said of bytes without knowing what they mean. All of it follows from the bytes. */
export interface ByteProfile {
  readonly length: number
  /** Bytes that were looked at: all of them up to 16 MiB, beyond that the start of each block. */
  readonly examined: number
  /** Why nothing more is said. */
  readonly reason: string
  readonly startsLike: readonly string[]
  /** The first 80 bytes as text, a dot for what is not printable. */
  readonly preview: string
  /** Entropy of everything that was looked at. */
  readonly bitsPerByte: number
  readonly reading: Reading
  readonly distinctBytes: number
  /** The commonest bytes, at most four. */
  readonly commonBytes: readonly { readonly byte: number; readonly count: number }[]
  /** A distance at which bytes come back, where one is evident in the first 16 KiB. */
  readonly period?: Period
  /** Runs of at least 16 zeros: how many, and the first 16. */
  readonly zeroRunCount: number
  readonly zeroRuns: readonly ZeroRun[]
  /** Runs of at least 6 printable characters: how many, and the first 32, of each the first 80 characters. */
  readonly stringCount: number
  readonly strings: readonly FoundString[]
  /** At most 64 blocks of one size, the last may be shorter. */
  readonly blocks: readonly Block[]
}

/** Most blocks and common bytes that are listed. */
export const MOST_BLOCKS = 64
export const MOST_COMMON = 4
/** Bytes of the smallest block, and what blocks are multiples of. */
const [LEAST_BLOCK, BLOCK_STEP] = [256, 16]
const MOST_EXAMINED = 16 * 1024 * 1024

/** Looks through bytes once; the work follows from their number, and ends at 16 MiB. */
export function profileOf(bytes: Uint8Array, reason: string): ByteProfile {
  const { length } = bytes
  const size = Math.max(LEAST_BLOCK, Math.ceil(length / MOST_BLOCKS / BLOCK_STEP) * BLOCK_STEP)
  const each = length > MOST_EXAMINED ? MOST_EXAMINED / MOST_BLOCKS : size
  const whole = new Uint32Array(256)
  const blocks: Block[] = []
  const extents: Extent[] = []
  let examined = 0
  for (let offset = 0; offset < length; offset += size) {
    const here = Math.min(size, length - offset)
    const seen = Math.min(each, here)
    const histogram = new Uint32Array(256)
    count(bytes, offset, offset + seen, histogram)
    for (let byte = 0; byte < 256; byte++) whole[byte] = (whole[byte] as number) + (histogram[byte] as number)
    blocks.push({
      offset,
      length: here,
      bitsPerByte: bitsPerByte(histogram, seen),
      reading: readingOf(histogram, seen),
    })
    extents.push([offset, offset + seen])
    examined += seen
  }
  const { strings, stringCount, zeroRuns, zeroRunCount } = findRuns(
    bytes,
    examined === length ? [[0, length]] : extents,
  )
  const common = [...whole]
    .map((times, byte) => ({ byte, count: times }))
    .filter((one) => one.count > 0)
    .sort((a, b) => b.count - a.count || a.byte - b.byte)
  const period = common.length > 1 ? findPeriod(bytes) : undefined
  return {
    ...{ length, examined, reason },
    startsLike: startsLike(bytes),
    preview: previewOf(bytes),
    bitsPerByte: bitsPerByte(whole, examined),
    reading: readingOf(whole, examined),
    distinctBytes: common.length,
    commonBytes: common.slice(0, MOST_COMMON),
    ...(period === undefined ? {} : { period }),
    ...{ zeroRunCount, zeroRuns, stringCount, strings, blocks },
  }
}
