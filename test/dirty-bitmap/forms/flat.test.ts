import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  BITMAP_SOURCES,
  type BitmapSourceName,
  DirtyBitmap,
  dirtyBitmapFormat,
  flatForm,
  sizeBy,
} from '../../../src/dirty-bitmap/index.ts'
import { OptionError, type OptionValues } from '../../../src/layout/index.ts'
import { dirtyBitmapBytes } from '../../../src/vf-state/device-state-regions-2019/dirty-bitmap.ts'
import { queryBitmapBytes } from '../../../src/vfio/dirty-bitmap-query.ts'
import { hex, judged } from '../../vfio/support.ts'

const names = Object.keys(BITMAP_SOURCES) as BitmapSourceName[]
const ONES = (count: number) => new Uint8Array(count).fill(0xff)

/** A bitmap of which page 0 is dirty, and nothing strange. */
const healthy = (size: number) => Uint8Array.from({ length: size }, (_, at) => (at === 0 ? 1 : 0))

describe('what a flat bitmap is said to be', () => {
  const cases: readonly (readonly [string, Uint8Array, OptionValues, readonly string[]])[] = [
    ['healthy', healthy(8), {}, []],
    ['no bytes', new Uint8Array(0), {}, ['error dirty-bitmap/too-short bitmap']],
    ['a word cut', healthy(7), {}, ['warning dirty-bitmap/not-words bitmap']],
    ['bytes suffice for Xen', healthy(7), { source: 'xen' }, []],
    ['bytes suffice for libvfio-user', healthy(7), { source: 'libvfio-user', pages: 56 }, []],
    ['65 pages in a word', healthy(8), { pages: 65 }, ['error dirty-bitmap/too-short bitmap']],
    ['64 pages in two words', healthy(16), { pages: 64 }, ['info dirty-bitmap/too-long bitmap']],
    ['the spare word of 2017', healthy(16), { pages: 64, source: 'gvt-2017' }, []],
    ['no spare word', healthy(8), { pages: 64, source: 'gvt-2017' }, []],
    ['two spare words', healthy(24), { pages: 64, source: 'gvt-2017' }, ['info dirty-bitmap/too-long bitmap']],
    [
      'bit 64 of 2017',
      hex('0100000000000000 01 00000000000000'),
      { pages: 64, source: 'gvt-2017' },
      ['warning dirty-bitmap/not-zeroed bitmap'],
    ],
    ['bit 1 of one page, only-set', hex('0300000000000000'), { pages: 1 }, ['warning dirty-bitmap/not-zeroed bitmap']],
    [
      'bit 1 of one page, iommufd',
      hex('0300000000000000'),
      { pages: 1, source: 'iommufd' },
      ['warning dirty-bitmap/not-zeroed bitmap'],
    ],
    [
      'bit 1 of one page, overwritten',
      hex('0300000000000000'),
      { pages: 1, source: 'kvm' },
      ['warning dirty-bitmap/bits-beyond bitmap'],
    ],
    ['all ones of type1', ONES(8), { source: 'vfio-type1' }, ['warning dirty-bitmap/all-dirty bitmap']],
    ['all ones of KVM', ONES(8), { source: 'kvm' }, ['info dirty-bitmap/all-dirty bitmap']],
    ['all ones of few pages', hex('ffffffffffffff7f'), { source: 'kvm', pages: 63 }, []],
    ['all zeros', new Uint8Array(8), {}, ['info dirty-bitmap/all-clean bitmap']],
    ['pages of 2 KiB', healthy(8), { pageSize: 2048 }, ['error dirty-bitmap/page-size bitmap']],
    ['pages of 2 KiB, iommufd', healthy(8), { pageSize: 2048, source: 'iommufd' }, []],
    ['pages of 12 KiB', healthy(8), { pageSize: 12288 }, ['error dirty-bitmap/page-size bitmap']],
    [
      'large pages in 2019',
      healthy(8),
      { pageSize: 65536, source: 'region-2019' },
      ['error dirty-bitmap/page-size bitmap'],
    ],
    ['half a page of base', healthy(8), { base: '0x800' }, ['error dirty-bitmap/base-misaligned bitmap']],
    ['a base of 64 bits', healthy(8), { base: '0xfffffffffffff000', pages: 1 }, []],
    ['pages above 2^64', healthy(8), { base: '0xfffffffffffff000', pages: 2 }, ['error dirty-bitmap/range bitmap']],
    [
      '2^31 - 1 pages of type1',
      healthy(8),
      { source: 'vfio-type1', pages: 2 ** 31 - 1 },
      ['error dirty-bitmap/too-short bitmap'],
    ],
    [
      '2^31 pages of type1',
      healthy(8),
      { source: 'vfio-type1', pages: 2 ** 31 },
      ['error dirty-bitmap/too-many-pages bitmap', 'error dirty-bitmap/too-short bitmap'],
    ],
    ['big-endian words', hex('0000000000000001'), { wordOrder: 'big', pages: 1 }, []],
    [
      'big-endian words, read as little',
      hex('0000000000000001'),
      { pages: 1 },
      ['warning dirty-bitmap/not-zeroed bitmap', 'info dirty-bitmap/all-clean bitmap'],
    ],
    [
      'KVM has no big-endian words',
      healthy(8),
      { source: 'kvm', wordOrder: 'big', pages: 1 },
      ['warning dirty-bitmap/word-order bitmap'],
    ],
  ]
  test.each(cases)('%s', (_, bytes, options, expected) => {
    expect(judged(dirtyBitmapFormat, bytes, options)).toEqual(expected)
  })

  test('options that are none', () => {
    for (const options of [
      { base: 'x' },
      { base: '0x10000000000000000' },
      { base: -1 },
      { pages: 0.5 },
      { pageSize: -1 },
    ]) {
      expect(() => dirtyBitmapFormat.decode(new Uint8Array(8), options)).toThrow(OptionError)
      expect(() => dirtyBitmapFormat.inspect(new Uint8Array(8), options)).toThrow(OptionError)
    }
  })

  test('it is never chosen by content', () => {
    expect(dirtyBitmapFormat.automatic).toBe(false)
    expect(dirtyBitmapFormat.detect({ head: ONES(64) })).toBe(0)
  })
})

describe('the table of sources', () => {
  // Bytes for 1, 64, 65 and 100 pages: the sums of the sources, by hand.
  test.each([
    ['bytes', [1, 8, 9, 13]],
    ['words', [8, 8, 16, 16]],
    ['words-and-spare', [16, 16, 24, 24]],
  ] as const)('%s', (rule, expected) => {
    expect([1, 64, 65, 100].map((pages) => sizeBy(rule, pages))).toEqual(expected)
  })

  test('agrees with what the historic designs have', () => {
    for (let pages = 1; pages < 200; pages++) {
      expect(BigInt(sizeBy(BITMAP_SOURCES['gvt-2017'].usual, pages))).toBe(queryBitmapBytes(pages))
      expect(sizeBy(BITMAP_SOURCES['region-2019'].usual, pages)).toBe(dirtyBitmapBytes(pages))
    }
  })

  test('only-set sources, and what reading clears', () => {
    expect(names.filter((name) => BITMAP_SOURCES[name].writes === 'bits')).toEqual([
      'dma-logging',
      'iommufd',
      'gvt-2017',
    ])
    expect(names.filter((name) => !BITMAP_SOURCES[name].clearsOnRead)).toEqual(['mapped-ram', 'gvt-2017'])
  })
})

describe('to and from bitmaps', () => {
  test('pages by hand', () => {
    // Pages 0, 9 and 64: bit 0 of byte 0, bit 1 of byte 1, bit 0 of byte 8.
    const bytes = hex('0102000000000000 0100000000000000')
    const bitmap = flatForm.toDirtyBitmap({ bitmap: bytes }, { base: 0x4000n, pageSize: 8192, length: 100 })
    expect([...bitmap.pages()]).toEqual([0, 9, 64])
    expect([bitmap.base, bitmap.pageSize, bitmap.length]).toEqual([0x4000n, 8192, 100])
    expect(flatForm.fromDirtyBitmap(bitmap).bitmap).toEqual(bytes)
  })

  test('words of a big-endian host by hand', () => {
    const bytes = hex('0000000000000201 0000000000000001')
    const bitmap = flatForm.toDirtyBitmap({ bitmap: bytes }, { length: 100, wordOrder: 'big' })
    expect([...bitmap.pages()]).toEqual([0, 9, 64])
    expect(flatForm.fromDirtyBitmap(bitmap, { wordOrder: 'big' }).bitmap).toEqual(bytes)
  })

  test('big-endian words of more pages than are held together', () => {
    const little = Uint8Array.from({ length: 3 * 2 ** 20 + 8 }, (_, at) => (Math.imul(at, 2654435761) >>> 24) & 0x11)
    const big = little.map((_, at) => little[at - (at % 8) + 7 - (at % 8)] as number)
    const bitmap = flatForm.toDirtyBitmap({ bitmap: big }, { wordOrder: 'big' })
    expect(bitmap.equals(flatForm.toDirtyBitmap({ bitmap: little }))).toBe(true)
    expect(Buffer.compare(flatForm.fromDirtyBitmap(bitmap, { wordOrder: 'big' }).bitmap, big)).toBe(0)
  })

  test('a big-endian word that is cut has its high pages', () => {
    const bitmap = flatForm.toDirtyBitmap({ bitmap: hex('80 01') }, { wordOrder: 'big' })
    expect([...bitmap.pages()]).toEqual([48, 63])
  })

  test('both byte orders, all sources, any length', () => {
    const pages = fc.integer({ min: 1, max: 700 })
    fc.assert(
      fc.property(
        pages,
        fc.uint8Array({ minLength: 88, maxLength: 88 }),
        fc.constantFrom(...names),
        (length, noise, source) => {
          const bitmap = DirtyBitmap.fromBytes(noise, { pageSize: 4096, base: 0n, length })
          for (const wordOrder of ['little', 'big'] as const) {
            const value = flatForm.fromDirtyBitmap(bitmap, { source, wordOrder })
            // A size that is not whole words has no big-endian words.
            if (BITMAP_SOURCES[source].usual === 'bytes' && wordOrder === 'big') continue
            expect(value.bitmap.length).toBe(sizeBy(BITMAP_SOURCES[source].usual, length))
            expect(flatForm.toDirtyBitmap(value, { length, wordOrder }).equals(bitmap)).toBe(true)
            const view = new DataView(value.bitmap.buffer)
            for (let page = 0; page < length && value.bitmap.length % 8 === 0; page++) {
              const word = view.getBigUint64(8 * Math.floor(page / 64), wordOrder === 'little')
              expect(((word >> BigInt(page % 64)) & 1n) === 1n).toBe(bitmap.has(page))
            }
          }
          bitmap.dispose()
        },
      ),
      { numRuns: 30 },
    )
  })

  test('engines agree', () => {
    const bytes = Uint8Array.from({ length: 4099 }, (_, at) => (at * 37) >>> 2)
    for (const wordOrder of ['little', 'big'] as const) {
      const [a, b] = (['wasm', 'typescript'] as const).map((engine) =>
        flatForm.toDirtyBitmap({ bitmap: bytes }, { wordOrder, engine }),
      )
      expect(a?.pages()).toEqual(b?.pages())
    }
  })
})
