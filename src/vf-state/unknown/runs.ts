import { isPrintable } from './reading.ts'

/** Printable characters one behind the other. */
export interface FoundString {
  readonly offset: number
  readonly text: string
}

/** Zeros one behind the other. */
export interface ZeroRun {
  readonly offset: number
  readonly length: number
}

/** Text and zeros that were found, the first of each. */
export interface Runs {
  readonly strings: FoundString[]
  readonly stringCount: number
  readonly zeroRuns: ZeroRun[]
  readonly zeroRunCount: number
}

/** Most strings and runs of zeros that are listed. */
export const MOST_STRINGS = 32
export const MOST_ZERO_RUNS = 16
/** Shortest that are told, and most characters of a string that are shown. */
const [LEAST_STRING, LONGEST_STRING] = [6, 80]
const LEAST_ZEROS = 16

/** A part of the bytes, from its first to behind its last. */
export type Extent = readonly [start: number, end: number]

/** Strings and runs of zeros in some parts of the bytes. */
export function findRuns(bytes: Uint8Array, extents: readonly Extent[]): Runs {
  const strings: FoundString[] = []
  const zeroRuns: ZeroRun[] = []
  let [stringCount, zeroRunCount] = [0, 0]
  for (const [from, to] of extents) {
    for (let start = from; start < to; ) {
      const isZero = bytes[start] === 0
      if (!isZero && !isPrintable(bytes[start] as number)) {
        start += 1
        continue
      }
      let end = start + 1
      while (end < to && (isZero ? bytes[end] === 0 : isPrintable(bytes[end] as number))) end += 1
      const length = end - start
      if (isZero && length >= LEAST_ZEROS) {
        zeroRunCount += 1
        if (zeroRuns.length < MOST_ZERO_RUNS) zeroRuns.push({ offset: start, length })
      } else if (!isZero && length >= LEAST_STRING) {
        stringCount += 1
        if (strings.length < MOST_STRINGS) strings.push({ offset: start, text: shown(bytes, start, end) })
      }
      start = end
    }
  }
  return { strings, stringCount, zeroRuns, zeroRunCount }
}

function shown(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, Math.min(end, start + LONGEST_STRING)))
}

/** The first bytes as characters, a dot for what is none. */
export function previewOf(bytes: Uint8Array): string {
  const head = bytes.subarray(0, LONGEST_STRING)
  return Array.from(head, (byte) => (isPrintable(byte) ? String.fromCharCode(byte) : '.')).join('')
}
