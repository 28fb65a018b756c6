import { nativeHashes } from './native.ts'

/** The polynomial of zlib, gzip, PNG and Ethernet, its bits reversed. */
const POLYNOMIAL = 0xedb88320

/** Remainders of a byte that is followed by so many zero bytes: eight tables, so that eight bytes are taken at a time. */
function makeTables(): Uint32Array[] {
  const first = Uint32Array.from({ length: 256 }, (_, byte) => {
    let remainder = byte
    for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? POLYNOMIAL : 0)
    return remainder
  })
  const tables = [first]
  for (let zeros = 1; zeros < 8; zeros++) {
    const before = tables[zeros - 1] as Uint32Array
    tables.push(before.map((remainder) => (remainder >>> 8) ^ (first[remainder & 0xff] as number)))
  }
  return tables
}

const [T0, T1, T2, T3, T4, T5, T6, T7] = /* @__PURE__ */ makeTables() as [
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
]

/**
 * CRC-32 as zlib computes it, an unsigned number.
 *
 * @param before the sum of what stands in front of these bytes, so that a long input can come in pieces
 */
export function crc32(bytes: Uint8Array, before = 0): number {
  const { crc32: native } = nativeHashes()
  return native === undefined ? portableCrc32(bytes, before, 0, bytes.length) : native(bytes, before)
}

/** The same of a few bytes within others, for which calling the platform would take longer than counting. */
export function shortCrc32(bytes: Uint8Array, start: number, end: number): number {
  return portableCrc32(bytes, 0, start, end)
}

function portableCrc32(bytes: Uint8Array, before: number, start: number, end: number): number {
  let sum = ~before
  const whole = end - ((end - start) % 8)
  let at = start
  for (; at < whole; at += 8) {
    const low = sum ^ word(bytes, at)
    const high = word(bytes, at + 4)
    sum =
      entry(T7, low) ^
      entry(T6, low >>> 8) ^
      entry(T5, low >>> 16) ^
      entry(T4, low >>> 24) ^
      entry(T3, high) ^
      entry(T2, high >>> 8) ^
      entry(T1, high >>> 16) ^
      entry(T0, high >>> 24)
  }
  for (; at < end; at++) sum = (sum >>> 8) ^ entry(T0, sum ^ (bytes[at] as number))
  return ~sum >>> 0
}

const entry = (table: Uint32Array, index: number) => table[index & 0xff] as number

const word = (bytes: Uint8Array, at: number) =>
  (bytes[at] as number) |
  ((bytes[at + 1] as number) << 8) |
  ((bytes[at + 2] as number) << 16) |
  ((bytes[at + 3] as number) << 24)
