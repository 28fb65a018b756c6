/** What bytes look like, in one word. */
export const READINGS = ['empty', 'zero', 'text', 'structured', 'compressed-or-encrypted'] as const
export type Reading = (typeof READINGS)[number]

/** How often each byte occurs. */
type Histogram = Uint32Array

/** Adds the bytes from `start` to `end` to a histogram. */
export function count(bytes: Uint8Array, start: number, end: number, histogram: Histogram): void {
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number
    histogram[byte] = (histogram[byte] as number) + 1
  }
}

/** Shannon entropy in bits per byte, from 0 to 8, rounded to thousandths. */
export function bitsPerByte(histogram: Histogram, total: number): number {
  let bits = 0
  for (const times of histogram) if (times > 0) bits -= (times / total) * Math.log2(times / total)
  return Math.round(bits * 1000) / 1000 + 0
}

/** Shares of bytes from which on they are called text, and how far below noise they may lie to be called that. */
const TEXT_SHARE = 0.9
const NOISE_MARGIN = 0.25
/** Fewer bytes cannot be told from noise. */
const LEAST_NOISE = 256

/** What a run with this histogram looks like. */
export function readingOf(histogram: Histogram, total: number): Reading {
  if (total === 0) return 'empty'
  if (histogram[0] === total) return 'zero'
  let printable = 0
  for (let byte = 0; byte < 256; byte++) if (isText(byte)) printable += histogram[byte] as number
  if (printable >= total * TEXT_SHARE) return 'text'
  // So much of 8 bits a sample of noise has, on average.
  const noise = 8 - 255 / (2 * Math.LN2 * total)
  const isNoise = total >= LEAST_NOISE && bitsPerByte(histogram, total) >= noise - NOISE_MARGIN
  return isNoise ? 'compressed-or-encrypted' : 'structured'
}

/** Printable ASCII. */
export function isPrintable(byte: number): boolean {
  return byte >= 0x20 && byte < 0x7f
}

function isText(byte: number): boolean {
  return isPrintable(byte) || byte === 0x09 || byte === 0x0a || byte === 0x0d
}
