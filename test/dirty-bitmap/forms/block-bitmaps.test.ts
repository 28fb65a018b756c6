import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  type BlockBitmap,
  blockBitmapChunksFormat,
  blockBitmapChunksOf,
  blockBitmapsForm,
  DirtyBitmap,
  readBlockBitmapBody,
} from '../../../src/dirty-bitmap/index.ts'
import { DecodeError } from '../../../src/findings/index.ts'
import { joined } from '../../../src/layout/index.ts'
import { hex, judged } from '../../vfio/support.ts'

const fixture = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../../fixtures/dirty-bitmaps/${name}`, import.meta.url)))

interface Expected {
  readonly size: number
  readonly writes: readonly (readonly [offset: number, length: number])[]
  readonly sha256: Readonly<Record<string, string>>
  readonly bitmaps: readonly {
    readonly 'dirty-bitmaps': readonly {
      readonly name: string
      readonly granularity: number
      readonly count: number
      readonly recording: boolean
      readonly persistent: boolean
    }[]
  }[]
}

const bitmapsOf = (bytes: Uint8Array): BlockBitmap[] =>
  blockBitmapsForm.toDirtyBitmaps(blockBitmapChunksFormat.decode(bytes))

describe.each(['q7', 'q10'])('the disk of a real migration (%s)', (version) => {
  const expected: Expected = JSON.parse(new TextDecoder().decode(fixture(`block-${version}.expected.json`)))
  const [start, end] = [fixture(`block-${version}.start.bin`), fixture(`block-${version}.end.bin`)]
  const whole = joined([start, end])
  const bitmaps = bitmapsOf(whole)

  test('bitmaps as QEMU reports them', () => {
    const reported = expected.bitmaps[0]?.['dirty-bitmaps'] ?? []
    const found = bitmaps.map(({ bitmapName, granularity, enabled, persistent, bitmap }) => {
      const count = granularity * bitmap.count()
      return { name: bitmapName, recording: enabled, persistent, busy: false, granularity, count }
    })
    expect(found).toEqual(reported)
    expect(bitmaps.every(({ node, complete }) => node === 'vd1' && complete)).toBe(true)
  })

  test('takes no more memory than is allowed', () => {
    const value = blockBitmapChunksFormat.decode(whole)
    expect(() => blockBitmapsForm.toDirtyBitmaps(value, { maxBytes: 1 })).toThrow(/needs more than 1 bytes/)
  })

  test('words of which QEMU computed the hash', () => {
    for (const { bitmapName, bitmap } of bitmaps) {
      const hash = expected.sha256[bitmapName]
      if (hash === undefined) continue
      const words = new Uint8Array(8 * Math.ceil(bitmap.length / 64))
      words.set(bitmap.toBytes())
      expect(createHash('sha256').update(words).digest('hex')).toBe(hash)
    }
  })

  test('granules of what was written', () => {
    for (const { granularity, enabled, bitmap } of bitmaps.filter((each) => each.enabled)) {
      const own = DirtyBitmap.clean({ pageSize: granularity, base: 0n, length: expected.size / granularity })
      for (const [offset, length] of expected.writes) {
        const first = Math.floor(offset / granularity)
        own.add(first, Math.ceil((offset + length) / granularity) - first)
      }
      expect(enabled && bitmap.equals(own)).toBe(true)
    }
  })

  test('nothing to object to, and each body alone', () => {
    expect(judged(blockBitmapChunksFormat, whole)).toEqual([])
    const incomplete = [0, 1, 2, 3].map((at) => `info dirty-bitmap/block-incomplete chunks.${at}`)
    expect(judged(blockBitmapChunksFormat, start)).toEqual(incomplete)
    const nameless = judged(blockBitmapChunksFormat, end)
    expect(new Set(nameless.map((text) => text.split(' chunks')[0]))).toEqual(
      new Set(['warning dirty-bitmap/block-name', 'info dirty-bitmap/block-not-started']),
    )
  })

  test('a body ends where its last chunk says so', () => {
    const view = new DataView(whole.buffer)
    const region = { bytes: whole, view, offset: 0, end: whole.length }
    const first = readBlockBitmapBody(region)
    expect(first.length).toBe(start.length)
    const second = readBlockBitmapBody({ ...region, offset: first.length })
    expect(second.length).toBe(end.length)
    expect([...first.value.chunks, ...second.value.chunks]).toEqual(blockBitmapChunksFormat.decode(whole).chunks)
    expect(() => readBlockBitmapBody({ ...region, end: start.length - 1 })).toThrow(DecodeError)
  })
})

const chunk = (flags: string, rest = '') => `${flags} ${rest} `
const NAMES = '02 6e30 03 626d30'
const START = chunk('1c', `${NAMES} 00010000 01`)
const EOS = '01'
const COMPLETE = '20 '
const BITS = chunk('40', `0000000000000000 00020000 0000000000000080 000003${'00'.repeat(125)}`)
/** 64 MiB of disk, 128 KiB written at 1 MiB, from a stream that was checked by hand. */
const SAMPLE = START + EOS + BITS + COMPLETE + EOS

describe('the checked sample', () => {
  const bytes = hex(SAMPLE)

  test('bits 16 and 17', () => {
    const [found, ...others] = bitmapsOf(bytes)
    expect(others).toEqual([])
    expect(found).toMatchObject({
      name: 'n0/bm0',
      granularity: 65536,
      enabled: true,
      persistent: false,
      complete: true,
    })
    expect([...(found?.bitmap.pages() ?? [])]).toEqual([16, 17])
    expect(found?.bitmap.length).toBe(1024)
    expect(judged(blockBitmapChunksFormat, bytes)).toEqual([])
  })

  test('written as QEMU writes it', () => {
    const bitmap = DirtyBitmap.fromPages([16, 17], { pageSize: 65536, base: 0n, length: 1024 })
    const value = blockBitmapChunksOf(bitmap, { node: 'n0', bitmapName: 'bm0' })
    expect(blockBitmapChunksFormat.encode(value)).toEqual(hex(START + BITS + COMPLETE + EOS))
    const large = DirtyBitmap.fromPages([0, 20000], { pageSize: 512, base: 0n, length: 20001 })
    const chunks = blockBitmapChunksOf(large, { node: 'n0', bitmapName: 'bm0', enabled: false, persistent: true })
    const encoded = blockBitmapChunksFormat.encode(chunks)
    expect(chunks.chunks.map(({ bits, flags }) => [bits?.buffer.length, flags.zeroes])).toEqual([
      [undefined, false],
      [1024, false],
      [0, true],
      [480, false],
      [undefined, false],
      [undefined, false],
    ])
    expect(judged(blockBitmapChunksFormat, encoded)).toEqual([])
    expect(bitmapsOf(encoded)[0]?.bitmap.equals(large)).toBe(true)
  })
})

describe('damage', () => {
  const bits = (start: string, count: string, size: string, content: string) =>
    chunk('40', `${start} ${count} ${size} ${content}`)
  const ONE_WORD = bits('0000000000000000', '00000080', '0000000000000008', '0100000000000000')
  const ended = (text: string) => text + COMPLETE + EOS
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ['a granule, one word of bytes', ended(START + ONE_WORD), []],
    ['cut', START + COMPLETE, ['error dirty-bitmap/block-not-ended chunks.1']],
    ['nothing', '', []],
    ['more flags', '81', ['error dirty-bitmap/block-extra-flags chunks.0']],
    ['START and BITS', ended(chunk('5c', `${NAMES} 00010000 01`)), ['warning dirty-bitmap/block-kinds chunks.0']],
    ['names only', `${START}${COMPLETE}0d 0161 0162`, ['warning dirty-bitmap/block-kinds chunks.2']],
    [
      'a start without a node',
      chunk('14', '03 626d30 00010000 01') + COMPLETE + EOS,
      ['error dirty-bitmap/block-name chunks.0', 'warning dirty-bitmap/block-name chunks.1'],
    ],
    ['a chunk without names', COMPLETE + EOS, ['warning dirty-bitmap/block-name chunks.0']],
    ['two starts', ended(START + chunk('10', '00010000 01')), ['error dirty-bitmap/block-twice chunks.1']],
    ['reserved flags', ended(chunk('1c', `${NAMES} 00010000 09`)), ['error dirty-bitmap/block-unknown-flags chunks.0']],
    ['granularity 0', ended(chunk('1c', `${NAMES} 00000000 01`)), ['error dirty-bitmap/block-granularity chunks.0']],
    ['granularity 768', ended(chunk('1c', `${NAMES} 00000300 01`)), ['error dirty-bitmap/block-granularity chunks.0']],
    [
      'a buffer too small',
      ended(START + bits('0000000000000000', '00000080', '0000000000000007', '01000000000000')),
      ['error dirty-bitmap/block-buffer-size chunks.1'],
    ],
    [
      'a buffer too large',
      ended(START + bits('0000000000000000', '00000080', '0000000000000021', `01${'00'.repeat(32)}`)),
      ['error dirty-bitmap/block-buffer-size chunks.1'],
    ],
    [
      'a buffer over 10 KiB',
      ended(
        chunk('1c', `${NAMES} 00000200 01`) +
          bits('0000000000000000', '00014040', '0000000000002820', '01'.padEnd(2 * 0x2820, '0')),
      ),
      ['error dirty-bitmap/block-buffer-limit chunks.1'],
    ],
    [
      'bits at granule 1',
      ended(START + bits('0000000000000080', '00000080', '0000000000000008', '0200000000000000')),
      ['error dirty-bitmap/block-misaligned chunks.1'],
    ],
    [
      'bits behind the last granule',
      ended(START + bits('0000000000000000', '00000080', '0000000000000008', '0300000000000000')),
      ['warning dirty-bitmap/block-beyond chunks.1'],
    ],
    [
      'bits without a start',
      chunk('4c', `${NAMES} 0000000000000000 00000080 0000000000000008 0100000000000000`) + EOS,
      ['info dirty-bitmap/block-not-started chunks.0'],
    ],
    ['no completion', START + EOS, ['info dirty-bitmap/block-incomplete chunks.0']],
  ]
  test.each(cases)('%s', (_, text, expected) => {
    expect(judged(blockBitmapChunksFormat, hex(text))).toEqual(expected)
  })

  test.each([
    ['a name', '0c 05 61'],
    ['a buffer', `${START}40 0000000000000000 00020000 00000000ffffffff 00`],
  ])('%s that is cut needs more', (_, text) => {
    expect(() => blockBitmapChunksFormat.decode(hex(text))).toThrow(DecodeError)
    const { findings } = blockBitmapChunksFormat.inspect(hex(text))
    expect(findings.map(({ code }) => code)).toContain('layout/ended-early')
  })
})

describe('bits where they belong', () => {
  const at = (sector: string, count: string, content: string) =>
    chunk('40', `${sector} ${count} 0000000000000008 ${content}`)
  const small = chunk('1c', `${NAMES} 00000200 01`)

  test('far away, out of order, over one another', () => {
    const text =
      small +
      at('0000002000000000', '00000040', 'ff00000000000080') +
      at('0000000000000040', '00000040', 'ffffffffffffffff') +
      at('0000000000000040', '00000020', '0200000000000000') +
      chunk('42', '0000000000000060 00000010')
    const [found] = bitmapsOf(hex(ended(text)))
    const far = 0x2000000000
    expect(found?.bitmap.ranges()).toEqual(Float64Array.of(65, 1, 112, 16, far, 8, far + 63, 1))
    expect(found?.bitmap.length).toBe(far + 64)
  })

  test('the same close by, where bytes are copied', () => {
    const text =
      small +
      at('0000000000000040', '00000040', 'ffffffffffffffff') +
      at('0000000000000040', '00000020', '0200000000000000') +
      chunk('42', '0000000000000060 00000010')
    const [found] = bitmapsOf(hex(ended(text)))
    expect(found?.bitmap.ranges()).toEqual(Uint32Array.of(65, 1, 112, 16))
  })

  test('sectors that no bitmap reaches', () => {
    const text = small + at('ffffffffffffffff', 'ffffffff', 'ffffffffffffffff')
    expect(bitmapsOf(hex(ended(text)))[0]?.bitmap.count()).toBe(0)
  })

  const ended = (text: string) => text + COMPLETE + EOS
})
