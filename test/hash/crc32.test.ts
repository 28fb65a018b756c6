import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { crc32 } from '../../src/hash/index.ts'

/** The last eight bytes of a gzip file are the CRC-32 of its content and the length. */
function gzipSum(bytes: Uint8Array): number {
  const file = gzipSync(bytes)
  return file.readUInt32LE(file.length - 8)
}

const noise = Uint8Array.from({ length: 70000 }, (_, at) => Math.imul(at, 2654435761) >>> 13)

describe('CRC-32', () => {
  test('of the nine digits that catalogues of sums check with', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926)
  })

  test.each([0, 1, 2, 3, 255, 256, 257, 70000])('of %i bytes, as gzip writes it', (length) => {
    const bytes = noise.subarray(0, length)
    expect(crc32(bytes)).toBe(gzipSum(bytes))
  })

  test('of zeros and of ones', () => {
    for (const bytes of [new Uint8Array(64), new Uint8Array(64).fill(255)]) expect(crc32(bytes)).toBe(gzipSum(bytes))
  })

  test('piece by piece', () => {
    let sum = 0
    for (let at = 0; at < noise.length; at += 997) sum = crc32(noise.subarray(at, at + 997), sum)
    expect(sum).toBe(crc32(noise))
  })
})
