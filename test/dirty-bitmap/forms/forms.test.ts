import { describe, expect, test } from 'vitest'
import { bitmapForms, DirtyBitmap, findBitmapForm, type SingleBitmapForm } from '../../../src/dirty-bitmap/index.ts'
import { findFormat } from '../../../src/registry/index.ts'

test('forms are found by the name of their format', () => {
  for (const form of bitmapForms) {
    expect(findBitmapForm(form.format.name)).toBe(form)
    expect(findFormat(form.format.name)).toBe(form.format)
  }
  expect(findBitmapForm('msix-table')).toBeUndefined()
})

const geometry = { pageSize: 4096, base: 0n, length: 300 }
const both = bitmapForms.filter(
  (form): form is SingleBitmapForm => 'toDirtyBitmap' in form && 'fromDirtyBitmap' in form,
)

describe.each(both.map((form) => [form.format.name, form] as const))('%s', (_, form) => {
  test.each([
    ['no page', []],
    ['the last', [299]],
    ['some', [0, 1, 63, 64, 200]],
  ])('%s there and back, through bytes', (_, pages) => {
    const bitmap = DirtyBitmap.fromPages(pages, geometry)
    const value = form.fromDirtyBitmap(bitmap)
    const { format } = form
    const back = format.decode(format.encode(value))
    expect(form.toDirtyBitmap(back, geometry).equals(bitmap)).toBe(true)
    const [named, ...others] = form.toDirtyBitmaps(back, { ...geometry, engine: 'typescript' })
    expect(others).toEqual([])
    expect(named).toMatchObject({ name: '' })
    expect([...(named?.bitmap.pages() ?? [])]).toEqual(pages)
    expect(named?.bitmap.engine).toBe('typescript')
  })
})
