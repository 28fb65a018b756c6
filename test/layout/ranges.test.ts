import { expect, test } from 'vitest'
import { type Located, rangeOf, rangesOf, u8 } from '../../src/layout/index.ts'

test('many questions for places are answered as one is', () => {
  const fields = ['a', 'b', 'a'].flatMap((name, at) =>
    [0, 1].map((index): Located => {
      const offset = 2 * at + index
      return { path: [name, index], offset, length: 1, value: 0, type: u8 } as unknown as Located
    }),
  )
  const questions = [[], ['a'], ['a', 0], ['b'], ['b', 1], ['b', '1'], ['c'], ['a', 0, 0], ['a', 1], ['b', 0], ['a', 2]]
  const ranges = rangesOf(fields)
  const expected = questions.map((path) => rangeOf(fields, path))
  expect(expected.slice(0, 3)).toEqual([
    { offset: 0, length: 6 },
    { offset: 0, length: 6 },
    { offset: 0, length: 5 },
  ])
  for (let round = 0; round < 2; round += 1) expect(questions.map((path) => ranges(path))).toEqual(expected)
})
