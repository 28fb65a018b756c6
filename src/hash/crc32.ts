/** The polynomial of zlib, gzip, PNG and Ethernet, its bits reversed. */
const POLYNOMIAL = 0xedb88320

function makeTable(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let remainder = byte
    for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? POLYNOMIAL : 0)
    return remainder
  })
}

const TABLE = /* @__PURE__ */ makeTable()

/**
 * CRC-32 as zlib computes it, an unsigned number.
 *
 * @param before the sum of what stands in front of these bytes, so that a long input can come in pieces
 */
export function crc32(bytes: Uint8Array, before = 0): number {
  let sum = ~before
  for (let at = 0; at < bytes.length; at++) {
    sum = (sum >>> 8) ^ (TABLE[(sum ^ (bytes[at] as number)) & 0xff] as number)
  }
  return ~sum >>> 0
}
