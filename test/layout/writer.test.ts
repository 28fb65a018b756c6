import { expect, test } from 'vitest'
import { Writer } from '../../src/layout/writer.ts'

test('a run that needs a larger buffer is written to the larger buffer', () => {
  const writer = new Writer(4)
  writer.append(Uint8Array.from([1, 2, 3]))
  writer.append(Uint8Array.from([4, 5, 6]))
  expect([...writer.finish()]).toEqual([1, 2, 3, 4, 5, 6])
})
