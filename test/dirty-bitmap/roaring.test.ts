import fc from 'fast-check'
import { RoaringBitmap32, roaringLibraryInitialize } from 'roaring-wasm'
import { describe, expect, it } from 'vitest'
import { DirtyBitmap, decodeRoaring, encodeRoaring } from '../../src/dirty-bitmap/index.ts'
import { DecodeError } from '../../src/findings/index.ts'

await roaringLibraryInitialize()
const PORTABLE = 'portable'
const PLACE = { pageSize: 4096, base: 0n }

/** Pages of a few containers: single ones, runs, and so many that a container is a bitmap. */
const pageSets = fc
  .record({
    single: fc.array(fc.nat(400_000), { maxLength: 300 }),
    runs: fc.array(fc.tuple(fc.nat(400_000), fc.integer({ min: 1, max: 70_000 })), { maxLength: 4 }),
    dense: fc.array(fc.tuple(fc.nat(5), fc.integer({ min: 2, max: 7 })), { maxLength: 2 }),
  })
  .map(({ single, runs, dense }) => {
    const bitmap = DirtyBitmap.clean({ ...PLACE, length: 500_000 })
    for (const page of single) bitmap.add(page)
    for (const [first, count] of runs) bitmap.add(first, count)
    for (const [key, step] of dense) for (let page = 0; page < 65536; page += step) bitmap.add(65536 * key + page)
    return bitmap
  })

describe('the portable format', () => {
  it('is read by the Roaring library, and is not longer than what it writes', () => {
    fc.assert(
      fc.property(pageSets, (bitmap) => {
        const bytes = encodeRoaring(bitmap)
        const read = RoaringBitmap32.deserialize(Buffer.from(bytes), PORTABLE)
        expect(
          Buffer.compare(
            Buffer.from(read.toUint32Array().buffer),
            Buffer.from(Uint32Array.from(bitmap.pages()).buffer),
          ),
        ).toBe(0)
        read.runOptimize()
        expect(bytes.length).toBeLessThanOrEqual(read.getSerializationSizeInBytes(PORTABLE))
      }),
      { numRuns: 50 },
    )
  })

  it('is read as the Roaring library writes it, with and without runs', () => {
    fc.assert(
      fc.property(pageSets, fc.boolean(), (bitmap, optimize) => {
        const set = new RoaringBitmap32(bitmap.pages())
        if (optimize) set.runOptimize()
        const bytes = new Uint8Array(set.serialize(PORTABLE))
        expect(decodeRoaring(bytes, { ...PLACE, length: bitmap.length }).equals(bitmap)).toBe(true)
        expect(decodeRoaring(bytes, PLACE).length).toBe(set.isEmpty ? 0 : set.maximum() + 1)
      }),
      { numRuns: 50 },
    )
  })

  it('has the bytes of the specification', () => {
    const hex = (bitmap: DirtyBitmap) => Buffer.from(encodeRoaring(bitmap)).toString('hex')
    expect(hex(DirtyBitmap.fromPages([], PLACE))).toBe('3a30000000000000')
    expect(hex(DirtyBitmap.fromPages([1, 0x1_0002], PLACE))).toBe(
      '3a300000020000000000000001000000180000001a00000001000200',
    )
    expect(hex(DirtyBitmap.fromRanges([[5, 100]], PLACE))).toBe('3b300000010000630001000500'.concat('6300'))
    // One run of three pages is as long as the three: runs, which save the offset.
    expect(hex(DirtyBitmap.fromRanges([[5, 3]], PLACE))).toBe('3b300000010000020001000500'.concat('0200'))
  })

  it('has a bucket for each 2^32 pages above them', () => {
    const pages = [7, 2 ** 32 - 1, 2 ** 32, 2 ** 38 + 65536, 2 ** 40 - 1]
    const bitmap = DirtyBitmap.fromPages(pages, { ...PLACE, length: 2 ** 40 })
    const bytes = encodeRoaring(bitmap)
    const view = new DataView(bytes.buffer)
    expect(view.getBigUint64(0, true)).toBe(4n)
    const found: number[] = []
    for (let at = 8; at < bytes.length; ) {
      const set = RoaringBitmap32.deserialize(Buffer.from(bytes.subarray(at + 4)), PORTABLE)
      found.push(...Array.from(set, (page) => view.getUint32(at, true) * 2 ** 32 + page))
      at += 4 + set.getSerializationSizeInBytes(PORTABLE)
    }
    expect(found).toEqual(pages)
    const read = decodeRoaring(bytes, { ...PLACE, wide: true })
    expect([...read.pages()]).toEqual(pages)
    expect(decodeRoaring(bytes, { ...PLACE, wide: true, length: 2 ** 40 }).equals(bitmap)).toBe(true)
  })
})

describe('damaged bytes', () => {
  const sound = encodeRoaring(
    DirtyBitmap.fromRanges(
      [
        [5, 100],
        [70_000, 1],
      ],
      PLACE,
    ),
  )

  it('are an error wherever they are cut or changed, never anything else', () => {
    for (let length = 0; length < sound.length; length++) {
      expect(() => decodeRoaring(sound.subarray(0, length), PLACE)).toThrow(DecodeError)
    }
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        (changes) => {
          const bytes = Uint8Array.from(sound)
          for (const [at, value] of changes) bytes[at] = value
          try {
            decodeRoaring(bytes, PLACE).dispose()
          } catch (error) {
            expect(error).toBeInstanceOf(DecodeError)
          }
        },
      ),
    )
  })

  it.each<{ what: string; hex: string; says: RegExp }>([
    { what: 'another cookie', hex: '39300000', says: /expected 12346, or 12347 in its low half, found 12345/ },
    { what: 'too many containers', hex: '3a30000001000100', says: /at most 65536 containers, found 65537/ },
    {
      what: 'keys that do not rise',
      hex: `3a30000002000000${'01000000'.repeat(2)}${'00'.repeat(12)}`,
      says: /a key above 1/,
    },
    {
      what: 'numbers that do not rise',
      hex: '3a3000000100000000000100100000000500' + '0500',
      says: /a number above 5/,
    },
    {
      what: 'runs of another sum',
      hex: '3b300000010000630001000500' + '6200',
      says: /runs of 100 pages in all, found 99/,
    },
    {
      what: 'runs beyond the container',
      hex: '3b3000000100001000' + '0100ffff' + '0100',
      says: /a run between 0 and 65535/,
    },
    {
      what: 'runs that touch',
      hex: '3b3000000100000300' + '0200' + '00000100' + '02000100',
      says: /a run between 3 and 65535/,
    },
    {
      what: 'a bitmap of another number of pages',
      hex: `3a30000001000000000000${'10'}10000000${'ff'.repeat(8192)}`,
      says: /bits of 4097 pages, found 65536/,
    },
    { what: 'bytes behind the end', hex: '3a3000000000000000', says: /the end of the input/ },
  ])('$what', ({ hex, says }) => {
    expect(() => decodeRoaring(Buffer.from(hex, 'hex'), PLACE)).toThrow(says)
  })
})
