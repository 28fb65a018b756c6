import { expect, test } from 'vitest'
import { dirtyBitmapBytes, dirtyBitmapPages, GVT_REGIONS, isPageDirty } from '../../../src/vf-state/index.ts'

test.each([
  [0, 0],
  [1, 8],
  [63, 8],
  [64, 8],
  [65, 16],
  [128, 16],
  [131072, 16384],
])('%i pages take %i bytes', (pages, bytes) => {
  expect(dirtyBitmapBytes(pages)).toBe(bytes)
})

test('the regions of GVT', () => {
  expect(GVT_REGIONS).toEqual({ config: 9437184, dirtyBitmap: 16384 })
  expect(dirtyBitmapPages(16384)).toBe(131072)
  expect(131072 * 4096).toBe(512 * 1024 * 1024)
  expect(dirtyBitmapPages(7)).toBe(0)
})

test('bit i is page i, lowest bit first', () => {
  const bitmap = Uint8Array.of(0x01, 0x80, 0, 0, 0, 0, 0, 0x40)
  const dirty = Array.from({ length: 72 }, (_, page) => page).filter((page) => isPageDirty(bitmap, page))
  expect(dirty).toEqual([0, 15, 62])
})
