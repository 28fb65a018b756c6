import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  BitmapError,
  DirtyBitmap,
  pagesToSend,
  recvedBitmapForm,
  recvedBitmapFormat,
  recvedBitmapMessageForm,
  recvedBitmapMessageFormat,
} from '../../../src/dirty-bitmap/index.ts'
import type { OptionValues } from '../../../src/layout/index.ts'
import { hex, judged } from '../../vfio/support.ts'

const root = new URL('../../../fixtures/dirty-bitmaps/', import.meta.url)
const files = readdirSync(root).filter((name) => name.startsWith('recved-'))

interface Entry {
  readonly path: string
  readonly howMade: string
}

const manifest: readonly Entry[] = JSON.parse(readFileSync(new URL('../manifest.json', root), 'utf8'))
/** Block and bits, as another program read them. */
function facts(file: string) {
  const { howMade = '' } = manifest.find(({ path }) => path.endsWith(file)) ?? {}
  const [, block, bits] = /block (\S+) .* (\d+) bits are set/.exec(howMade) ?? []
  return { block, bits: Number(bits) }
}

describe('real answers to a recovery', () => {
  test('all six are here', () => expect(files.length).toBe(6))

  test.each(files)('%s', (file) => {
    const bytes = new Uint8Array(readFileSync(new URL(file, root)))
    const value = recvedBitmapMessageFormat.decode(bytes)
    const { block, bits } = facts(file)
    expect(value).toMatchObject({ block: { name: block }, length: 1 + (block?.length ?? 0) })
    const bitmap = recvedBitmapMessageForm.toDirtyBitmap(value)
    expect(bitmap.count()).toBe(bits)
    expect(judged(recvedBitmapMessageFormat, bytes)).toEqual([])
    const made = recvedBitmapMessageForm.fromDirtyBitmap(bitmap, { block: block as string })
    expect(recvedBitmapMessageFormat.encode(made)).toEqual(bytes)
  })

  test('what is left to send of 16 MiB', () => {
    const bytes = new Uint8Array(readFileSync(new URL('recved-pc.ram.bin', root)))
    const { recved } = recvedBitmapMessageFormat.decode(bytes)
    const left = pagesToSend(recved, { length: 4096 })
    expect(left.count()).toBe(4096 - 1184)
    expect(judged(recvedBitmapMessageFormat, bytes, { pages: 4096 })).toEqual([])
  })
})

const bitmap = (size: string, bits: string, mark = '0123456789abcdef') => hex(`${size} ${bits} ${mark}`)
const ONE = '0000000000000008'

describe('damage', () => {
  const cases: readonly (readonly [string, Uint8Array, OptionValues, readonly string[]])[] = [
    ['healthy', bitmap(ONE, '0300000000000000'), { pages: 2 }, []],
    ['pages not known', bitmap(ONE, 'ff00000000000000'), {}, []],
    ['not whole words', bitmap('0000000000000001', '01'), {}, ['error dirty-bitmap/recved-size size']],
    [
      'another size than the block',
      bitmap(ONE, '0100000000000000'),
      { pages: 65 },
      ['error dirty-bitmap/recved-size size'],
    ],
    [
      'wrong end mark',
      bitmap(ONE, '0100000000000000', 'efcdab8967452301'),
      {},
      ['error dirty-bitmap/recved-end-mark endMark'],
    ],
    ['page 2 of 2', bitmap(ONE, '0700000000000000'), { pages: 2 }, ['warning dirty-bitmap/recved-beyond bitmap']],
  ]
  test.each(cases)('%s', (_, bytes, options, expected) => {
    expect(judged(recvedBitmapFormat, bytes, options)).toEqual(expected)
  })

  test('a message without a name', () => {
    const bytes = hex(`0005 0001 00 ${ONE} 0100000000000000 0123456789abcdef`)
    expect(judged(recvedBitmapMessageFormat, bytes)).toEqual(['error dirty-bitmap/recved-name block.nameLength'])
  })

  test('a name that is longer than the message says', () => {
    const bytes = hex(`0005 0001 02 ${ONE} 0100000000000000 0123456789abcdef`)
    const { value, findings } = recvedBitmapMessageFormat.inspect(bytes)
    expect(value?.block).toEqual({ opaque: hex('02') })
    expect(findings.some(({ severity }) => severity === 'error')).toBe(true)
    expect(recvedBitmapMessageFormat.encode(value as never)).toEqual(bytes)
  })

  test.each([
    ['another message', hex('0002 0004 00000001')],
    ['a size beyond the bytes', hex('ffffffffffffffff 00')],
  ])('%s is refused', (_, bytes) => {
    expect(() => recvedBitmapMessageFormat.decode(bytes)).toThrow(/expected/)
    expect(() => recvedBitmapFormat.decode(bytes)).toThrow(/expected/)
  })
})

test('pages to send need the size of the block', () => {
  const bits = DirtyBitmap.fromPages([1], { pageSize: 4096, base: 0n, length: 6 })
  const value = recvedBitmapForm.fromDirtyBitmap(bits)
  expect(recvedBitmapFormat.encode(value)).toEqual(bitmap(ONE, '0200000000000000'))
  expect([...pagesToSend(value, { length: 6 }).pages()]).toEqual([0, 2, 3, 4, 5])
  expect(() => pagesToSend(value, {} as never)).toThrow(BitmapError)
})
