import { expect, test } from 'vitest'
import { palette } from '../../src/cli/render/palette.ts'
import { treeLines } from '../../src/cli/render/tree.ts'
import { type Located, u8 } from '../../src/layout/index.ts'

test('a list of 150,000 elements is shown, a line each', () => {
  const count = 150_000
  const fields = Array.from(
    { length: count },
    (_, at) => ({ path: [at], offset: at, length: 1, value: 7, type: u8 }) as unknown as Located,
  )
  const style = { palette: palette(false), note: () => undefined, width: undefined }
  const lines = [...treeLines(fields, new Array(count).fill(7), style)]
  expect([lines.length, lines[0], lines.at(-1)]).toEqual([count, '0x000  0       7', '0x249ef  149999  7'])
})
