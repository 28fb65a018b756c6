import { HEX_DIGIT } from './text.ts'

export type Radix = 8 | 10 | 16

const HALF = 2 ** 32

/**
 * An offset of up to 64 bits in two halves: kernel dumps print addresses, which numbers cannot hold, and bigints are
 * slow to make once a line.
 */
export interface Offset {
  readonly high: number
  readonly low: number
}

/** Longest offset: 64 bits in hexadecimal; in the other radixes what a number holds exactly. */
const MOST_DIGITS = { 8: 17, 10: 15, 16: 16 } as const

/** Reads the digits of an offset; undefined where one is not of the radix or they are too many. */
export function readOffset(bytes: Uint8Array, start: number, end: number, radix: Radix): Offset | undefined {
  if (end <= start || end - start > MOST_DIGITS[radix]) return undefined
  let high = 0
  let low = 0
  for (let at = start; at < end; at++) {
    const digit = HEX_DIGIT[bytes[at] as number] as number
    if (digit >= radix) return undefined
    low = low * radix + digit
    if (low < HALF) high *= radix
    else {
      high = high * radix + Math.floor(low / HALF)
      low %= HALF
    }
  }
  return { high, low }
}

export function addTo(offset: Offset, bytes: number): Offset {
  const low = offset.low + bytes
  return { high: (offset.high + Math.floor(low / HALF)) % HALF, low: low % HALF }
}

/** Bytes from one offset to another; exact up to 2^53. */
export function distance(from: Offset, to: Offset): number {
  return (to.high - from.high) * HALF + (to.low - from.low)
}

export function toBigInt(offset: Offset): bigint {
  return BigInt(offset.high) * BigInt(HALF) + BigInt(offset.low)
}

/** Prints an offset as the dump does, in its radix and width. */
export function printOffset(offset: Offset, radix: Radix, width: number): string {
  return toBigInt(offset).toString(radix).padStart(width, '0')
}
