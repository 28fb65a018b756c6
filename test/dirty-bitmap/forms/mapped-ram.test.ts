import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  flatForm,
  mappedRamBitmap,
  mappedRamHeaderCodec,
  mappedRamHeaderFormat,
} from '../../../src/dirty-bitmap/index.ts'
import { DecodeError } from '../../../src/findings/index.ts'
import type { OptionValues } from '../../../src/layout/index.ts'
import { hex, judged } from '../../vfio/support.ts'

const fixture = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../../fixtures/dirty-bitmaps/mapped-ram-${name}.bin`, import.meta.url)))

// Numbers that another program read from the same file.
describe.each([
  { block: 'pc.ram', pages: 4096, set: 6, bitmapOffset: 139n, pagesOffset: 1048576n },
  { block: 'rom-etc-acpi-tables', pages: 32, set: 3, bitmapOffset: 17825849n, pagesOffset: 18874368n },
])('$block of a real file', ({ block, pages, set, bitmapOffset, pagesOffset }) => {
  const header = mappedRamHeaderCodec.decode(fixture(`${block}.header`))
  const bits = fixture(`${block}.bitmap`)

  test('header', () => {
    expect(header).toEqual({ version: 1, pageSize: 4096n, bitmapOffset, pagesOffset })
    expect(judged(mappedRamHeaderFormat, fixture(`${block}.header`), { pages })).toEqual([])
  })

  test('bitmap', () => {
    const bitmap = flatForm.toDirtyBitmap({ bitmap: bits }, { length: pages })
    expect(bitmap.count()).toBe(set)
    const file = new Uint8Array(Number(bitmapOffset) + bits.length)
    file.set(bits, Number(bitmapOffset))
    expect(mappedRamBitmap(file, header, pages).equals(bitmap)).toBe(true)
    expect(() => mappedRamBitmap(file.subarray(0, -1), header, pages)).toThrow(DecodeError)
    expect(flatForm.fromDirtyBitmap(bitmap, { source: 'mapped-ram' }).bitmap).toEqual(bits)
  })
})

const header = (version: string, size: string, bitmap: string, pages: string) => hex(version + size + bitmap + pages)
const [V, P, B, O] = ['00000001', '0000000000001000', '000000000000008b', '0000000000100000']

const cases: readonly (readonly [string, Uint8Array, OptionValues, readonly string[]])[] = [
  ['healthy', header(V, P, B, O), {}, []],
  ['version 2', header('00000002', P, B, O), {}, ['error dirty-bitmap/mapped-ram-version version']],
  ['pages of 0 bytes', header(V, '0000000000000000', B, O), {}, ['error dirty-bitmap/mapped-ram-page-size pageSize']],
  ['pages of 12 KiB', header(V, '0000000000003000', B, O), {}, ['error dirty-bitmap/mapped-ram-page-size pageSize']],
  ['no page', header(V, P, B, '0000000000100001'), {}, ['error dirty-bitmap/mapped-ram-pages pagesOffset']],
  [
    'a page, not 1 MiB',
    header(V, P, B, '0000000000001000'),
    {},
    ['info dirty-bitmap/mapped-ram-alignment pagesOffset'],
  ],
  [
    'bitmap in the pages',
    header(V, P, '0000000000100008', O),
    {},
    ['error dirty-bitmap/mapped-ram-overlap bitmapOffset'],
  ],
  [
    'a bitmap too long',
    header(V, P, '00000000000ffff8', O),
    { pages: 65 },
    ['error dirty-bitmap/mapped-ram-overlap bitmapOffset'],
  ],
  ['a bitmap that just fits', header(V, P, '00000000000ffff8', O), { pages: 64 }, []],
]
test.each(cases)('%s', (_, bytes, options, expected) => {
  expect(judged(mappedRamHeaderFormat, bytes, options)).toEqual(expected)
})
