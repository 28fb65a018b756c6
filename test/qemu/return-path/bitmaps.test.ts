import { expect, test } from 'vitest'
import { returnPathForm, returnPathFormat } from '../../../src/qemu/index.ts'
import { facts, fixture } from '../fixture.ts'

test('the bitmaps of a return path go by the names of their blocks', () => {
  const path = 'qemu/o6-postcopy-recover-q10/recover.ch0.dst2src'
  const told = facts<readonly { type: string; block: string; setBits: number; bitmapBytes: number }[]>(
    `${path}.walk.json`,
  )
  const found = returnPathForm.toDirtyBitmaps(returnPathFormat.decode(fixture(`${path}.bin`)))
  expect(found.map(({ name, bitmap }) => [name, bitmap.count(), bitmap.length])).toEqual(
    told
      .filter(({ type }) => type === 'RECV_BITMAP')
      .map(({ block, setBits, bitmapBytes }) => [block, setBits, 8 * bitmapBytes]),
  )
  for (const { bitmap } of found) bitmap.dispose()
})

test('a message without its bitmap, or with one that is cut, is no more than what is there', () => {
  const cut = fixture('qemu/o6-postcopy-recover-q10/recover.ch0.dst2src.bin')
  const count = (length: number) =>
    returnPathForm.toDirtyBitmaps(returnPathFormat.decode(cut.subarray(0, length))).map(({ bitmap }) => {
      const { length: pages } = bitmap
      bitmap.dispose()
      return pages
    })
  expect(count(11)).toEqual([])
  expect(count(19 + 8)).toEqual([64])
})
