import { createHash, randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { EncodeError } from '../../../src/findings/index.ts'
import { unknownBlobFormat as format, type OpaqueBlob, profileOf } from '../../../src/vf-state/index.ts'
import { concat, le64 } from '../records.ts'
import { findingsOf, uncovered } from '../support.ts'

const encode = (text: string) => new TextEncoder().encode(text)
const profile = (bytes: Uint8Array) => format.decode(bytes).profile

/** Noise that is the same in every run. */
function noise(length: number): Uint8Array {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, at) =>
    createHash('sha256').update(`${at}`).digest(),
  )
  return Uint8Array.from(Buffer.concat(blocks).subarray(0, length))
}

const PROSE = encode('The quick brown fox jumps over the lazy dog.\n'.repeat(40))
/** Records of 24 bytes: a counter, an address, flags. */
const RECORDS = concat(
  ...Array.from({ length: 200 }, (_, at) => concat(le64(BigInt(at)), le64(0xfffe_0000_1234_5600n), le64(3n))),
)

describe('readings', () => {
  test.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(0), 'empty'],
    ['zeros', new Uint8Array(1000), 'zero'],
    ['prose', PROSE, 'text'],
    ['records', RECORDS, 'structured'],
    ['noise', noise(4096), 'compressed-or-encrypted'],
    ['a little noise', noise(256), 'compressed-or-encrypted'],
    ['noise of the system', Uint8Array.from(randomBytes(65536)), 'compressed-or-encrypted'],
    ['too little to tell', noise(64), 'structured'],
    ['something compressed', Uint8Array.from(gzipSync(noise(9000))), 'compressed-or-encrypted'],
  ])('%s', (_, bytes, reading) => expect(profile(bytes).reading).toBe(reading))
})

test('entropy is that of Shannon', () => {
  expect(profile(Uint8Array.of(7, 7, 7, 7)).bitsPerByte).toBe(0)
  expect(profile(Uint8Array.of(1, 2, 1, 2)).bitsPerByte).toBe(1)
  expect(profile(Uint8Array.of(1, 2, 3, 4)).bitsPerByte).toBe(2)
  expect(profile(Uint8Array.of(1, 1, 1, 2)).bitsPerByte).toBe(0.811)
  expect(profile(Uint8Array.from({ length: 512 }, (_, at) => at)).bitsPerByte).toBe(8)
})

describe('blocks', () => {
  test('of at least 256 bytes, at most 64', () => {
    const blocks = (length: number) => profile(new Uint8Array(length)).blocks
    expect(blocks(256)).toHaveLength(1)
    expect(blocks(257).map(({ length }) => length)).toEqual([256, 1])
    expect(blocks(16384)).toHaveLength(64)
    for (const length of [16385, 100_000, 1_000_003]) {
      expect(blocks(length).length).toBeLessThanOrEqual(64)
      expect(blocks(length).reduce((sum, block) => sum + block.length, 0)).toBe(length)
    }
  })
  test('read on their own', () => {
    const { blocks } = profile(concat(new Uint8Array(256), PROSE.subarray(0, 256), noise(256), noise(100)))
    expect(blocks).toEqual([
      { offset: 0, length: 256, bitsPerByte: 0, reading: 'zero' },
      expect.objectContaining({ offset: 256, reading: 'text' }),
      expect.objectContaining({ offset: 512, reading: 'compressed-or-encrypted' }),
      expect.objectContaining({ offset: 768, length: 100, reading: 'structured' }),
    ])
  })
})

test('strings and runs of zeros, with their places', () => {
  const bytes = concat(
    encode('\x01short\x02'),
    encode('longer'),
    new Uint8Array(16),
    encode('x'.repeat(100)),
    new Uint8Array(15),
  )
  expect(profile(bytes)).toMatchObject({
    stringCount: 2,
    strings: [
      { offset: 7, text: 'longer' },
      { offset: 29, text: 'x'.repeat(80) },
    ],
    zeroRunCount: 1,
    zeroRuns: [{ offset: 13, length: 16 }],
    preview: `.short.longer${'.'.repeat(16)}${'x'.repeat(51)}`,
    distinctBytes: 13,
    commonBytes: [
      { byte: 120, count: 100 },
      { byte: 0, count: 31 },
      { byte: 111, count: 2 },
      { byte: 114, count: 2 },
    ],
  })
})

test('lists are bounded, counts are not', () => {
  const { strings, stringCount, zeroRuns, zeroRunCount } = profile(
    concat(...Array.from({ length: 100 }, () => concat(encode('string'), new Uint8Array(16)))),
  )
  expect([strings.length, stringCount, zeroRuns.length, zeroRunCount]).toEqual([32, 100, 16, 100])
})

describe('periods', () => {
  test.each<[string, Uint8Array, number | undefined]>([
    ['records of 24 bytes', RECORDS, 24],
    ['noise', noise(4096), undefined],
    ['one byte again and again', new Uint8Array(1000).fill(0xa5), undefined],
    [
      'prose without a period',
      encode(Array.from({ length: 200 }, (_, at) => `${at * at * 7919} `).join('')),
      undefined,
    ],
    ['too little', RECORDS.subarray(0, 40), undefined],
  ])('%s', (_, bytes, size) => expect(profile(bytes).period?.size).toBe(size))
})

describe('what the first bytes are like', () => {
  const vendor = new Uint8Array(64)
  vendor.set([0xb3, 0x15, 0x1e, 0x10])
  test.each<[string, Uint8Array, readonly string[]]>([
    ['gzip', Uint8Array.from(gzipSync('x')), ['gzip']],
    ['QEMU', encode('QEVM\0\0\0\x03'), ['a QEMU migration stream']],
    [
      'a length of everything',
      Uint8Array.of(12, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8),
      ['its own length, little-endian 32-bit'],
    ],
    [
      'a length of the rest',
      Uint8Array.of(0, 0, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8),
      ['the length of what follows 4 bytes, big-endian 32-bit'],
    ],
    ['configuration space', vendor, ['configuration space of Mellanox (0x15b3)']],
    ['nothing', new Uint8Array(0), []],
    ['noise', noise(64), []],
  ])('%s', (_, bytes, guesses) => expect(profile(bytes).startsLike).toEqual(guesses))
})

test('large bytes are sampled, and it says so', () => {
  const large = new Uint8Array(17 * 1024 * 1024)
  large[large.length - 1] = 1
  const started = performance.now()
  const { length, examined, blocks } = profileOf(large, 'test')
  expect(performance.now() - started).toBeLessThan(5000)
  expect([length, examined, blocks.length]).toEqual([large.length, 16 * 1024 * 1024, 64])
})

describe('findings', () => {
  const CASES: readonly (readonly [what: string, bytes: Uint8Array, findings: readonly string[]])[] = [
    ['noise', noise(64), ['info vf-state/blob-opaque bytes']],
    ['zeros', new Uint8Array(64), ['warning vf-state/blob-zero bytes', 'info vf-state/blob-opaque bytes']],
    ['nothing', new Uint8Array(0), ['warning vf-state/blob-empty bytes']],
  ]
  test.each(CASES)('%s', (_, bytes, findings) => expect(findingsOf(format, bytes)).toEqual(findings))
  test('every code has its case', () => {
    const found = [...CASES.map(([, bytes]) => findingsOf(format, bytes)), ['vf-state/blob-contradiction']]
    expect(uncovered(format.codes, 'vf-state/', found)).toEqual([])
  })
})

describe('writing', () => {
  test('needs nothing but the bytes', () => {
    expect(format.encode({ bytes: RECORDS } as OpaqueBlob)).toEqual(RECORDS)
    expect(format.encode(format.fromJson({ bytes: '0a0b' }))).toEqual(Uint8Array.of(10, 11))
  })
  test.each<[string, (blob: OpaqueBlob) => unknown, string]>([
    ['another entropy', (blob) => ({ ...blob, profile: { ...blob.profile, bitsPerByte: 1 } }), 'profile.bitsPerByte'],
    ['other bytes', ({ profile }) => ({ bytes: new Uint8Array(3), profile }), 'profile.length'],
    ['another block', (blob) => ({ ...blob, profile: { ...blob.profile, blocks: [] } }), 'profile.blocks[0]'],
    ['more than there is', (blob) => ({ ...blob, profile: { ...blob.profile, mood: 1 } }), 'profile.mood'],
    ['no profile', (blob) => ({ ...blob, profile: 1 }), 'profile'],
  ])('%s contradicts them', (_, change, path) => {
    const encoding = () => format.encode(change(format.decode(noise(64))) as OpaqueBlob)
    expect(encoding).toThrow(EncodeError)
    expect(encoding).toThrow(`${path}: expected`)
  })
})
