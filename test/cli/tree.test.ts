import { expect, test } from 'vitest'
import { palette } from '../../src/cli/render/palette.ts'
import { treeLines } from '../../src/cli/render/tree.ts'
import { u8 } from '../../src/layout/index.ts'

test('a list may have more elements than a call takes arguments, as that of the IOMMU of a pseries machine has', () => {
  const length = 262_144
  const fields = Array.from({ length }, (_, index) => ({ path: [index], offset: index, length: 1, type: u8, value: 7 }))
  const style = { palette: palette(false), note: () => undefined, width: undefined }
  let count = 0
  for (const line of treeLines(fields, [], style)) if (line.endsWith('7')) count += 1
  expect(count).toBe(length)
})
