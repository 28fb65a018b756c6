import { inflateSync } from 'node:zlib'
import { expect } from 'vitest'

/** Reads a PNG with a palette, checking each chunk; apart from how it is written. */
export function readPng(file: Uint8Array) {
  const view = Buffer.from(file)
  expect(view.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n')
  const chunks = new Map<string, Buffer>()
  for (let at = 8; at < view.length; ) {
    const length = view.readUInt32BE(at)
    const body = view.subarray(at + 4, at + 8 + length)
    expect(view.readUInt32BE(at + 8 + length)).toBe(crcBitByBit(body))
    chunks.set(body.subarray(0, 4).toString(), body.subarray(4))
    at += 12 + length
  }
  expect([...chunks.keys()]).toEqual(['IHDR', 'PLTE', 'IDAT', 'IEND'])
  const header = chunks.get('IHDR') as Buffer
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)]
  expect([...header.subarray(8)]).toEqual([8, 3, 0, 0, 0])
  const rows = inflateSync(chunks.get('IDAT') as Buffer)
  expect(rows.length).toBe(height * (width + 1))
  const dots: number[] = []
  for (let y = 0; y < height; y++) {
    expect(rows[y * (width + 1)]).toBe(0)
    dots.push(...rows.subarray(y * (width + 1) + 1, (y + 1) * (width + 1)))
  }
  const colours = chunks.get('PLTE') as Buffer
  return {
    width,
    height,
    dots,
    palette: Array.from({ length: colours.length / 3 }, (_, at) => colours.subarray(3 * at)),
  }
}

/** CRC-32 as the PNG specification words it. */
function crcBitByBit(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return ~crc >>> 0
}
