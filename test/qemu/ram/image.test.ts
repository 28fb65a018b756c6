import { deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { aheadOf } from '../../../src/layout/index.ts'
import { mappedRamPages, type RamBlock, RamImage } from '../../../src/qemu/index.ts'
import { facts, fixture } from '../fixture.ts'
import { imageOf, MemorySink, pageOf, ramStream, readFor, record, sha256 } from './support.ts'

interface Judged {
  readonly ramBlocks: Readonly<Record<string, { readonly size: number; readonly sha256: string }>>
}

const blocksOf = (folder: string) => Object.entries(facts<Judged>(`qemu/${folder}/stream.sections.json`).ramBlocks)
const streamOf = (folder: string) => fixture(`qemu/${folder}/stream.bin.gz`)
/** The analyzer leaves out the slash that names of ROMs begin with. */
const nameOf = (block: string) => (block.startsWith('rom@') ? `/${block}` : block)

describe.each([
  'o1-igb-16m-q10',
  'o2-e1000e-vnet-16m-q10',
  'o2-e1000e-vnet-16m-q7',
  'o3-mapped-ram-q10',
  'o11-pc-i440fx-q10',
  'o13-pba-pending-q10',
])('memory of %s is what the analyzer of QEMU put together', (folder) => {
  const stream = streamOf(folder)

  it.each(blocksOf(folder))('%s', (block, { size, sha256: expected }) => {
    expect(sha256(imageOf(stream, nameOf(block), size))).toBe(expected)
  })
})

it('compressed pages hold what the same machine sends without compression', () => {
  const compressed = streamOf('o10-compress-q7')
  for (const [block, { size, sha256: expected }] of blocksOf('o2-e1000e-vnet-16m-q7')) {
    expect(sha256(imageOf(compressed, nameOf(block), size)), block).toBe(expected)
  }
})

it('differences of XBZRLE come to what a decoder of its own in Python made of them', () => {
  const stream = streamOf('o5-xbzrle-q10')
  const expected = '373008297db66ac3a9658694f6c3f05def506df2c48a2c60864829522c3b4a25'
  expect(sha256(imageOf(stream, 'pc.ram', 2 ** 24))).toBe(expected)
  expect(sha256(imageOf(stream, 'pc.ram', 2 ** 24, 1021))).toBe(expected)
})

it('pages of a mapped-ram file are found without reading the rest', () => {
  const file = streamOf('o3-mapped-ram-q10')
  const listed: RamBlock[] = []
  readFor({ block: (block) => listed.push(block) }, file)
  const whole = aheadOf(file)
  let read = 0
  const counting = {
    size: file.length,
    read(offset: number, length: number) {
      read += length
      return whole.read(offset, length)
    },
  }
  for (const [name, { size, sha256: expected }] of blocksOf('o3-mapped-ram-q10')) {
    const block = listed.find((one) => one.name === nameOf(name)) as RamBlock
    const sink = new MemorySink(new Uint8Array(size))
    for (const { address, bytes } of mappedRamPages(counting, block)) sink.write(address, bytes)
    expect(sha256(sink.bytes), name).toBe(expected)
  }
  // 13 pages, and the bits of 4096, 32, 32, 16 and twice 1 pages.
  expect(read).toBe(13 * 4096 + 512 + 4 + 4 + 2 + 1 + 1)
})

it('a mapped-ram file that ends in a page is refused', () => {
  const file = streamOf('o3-mapped-ram-q10')
  const listed: RamBlock[] = []
  readFor({ block: (block) => listed.push(block) }, file)
  const [block] = listed as [RamBlock]
  const cut = file.subarray(0, Number(block.mappedRam?.pagesOffset) + 100)
  expect(() => [...mappedRamPages(aheadOf(cut), block)]).toThrow('the end')
})

describe('pages of one block', () => {
  const size = 3 * 4096
  const stream = ramStream({ a: size, b: size }, [
    [...record(8, 4096, 'a'), ...pageOf(7), ...record(2, 8192), 5, ...record(8, 0, 'b'), ...pageOf(9)],
    [...record(2, 4096, 'a'), 0],
  ])

  it('later ones replace earlier ones, whatever the other blocks hold', () => {
    const expected = new Uint8Array(size)
    expected.fill(5, 8192)
    expect(imageOf(stream, 'a', size)).toEqual(expected)
    const other = new Uint8Array(size)
    other.fill(9, 0, 4096)
    expect(imageOf(stream, 'b', size)).toEqual(other)
  })

  it('content that nobody inflates is refused', () => {
    const data = deflateSync(Uint8Array.from(pageOf(1)))
    const compressed = ramStream({ a: 4096 }, [[...record(0x100, 0, 'a'), 0, 0, 0, data.length, ...data]])
    const sink = new MemorySink(new Uint8Array(4096))
    expect(() => readFor(new RamImage('a', sink), compressed)).toThrow('zlib')
    expect([...imageOf(compressed, 'a', 4096)]).toEqual(pageOf(1))
  })

  it.each([
    ['damaged data', [1, 2, 3]],
    ['too little', [...deflateSync(new Uint8Array(100))]],
    ['too much', [...deflateSync(new Uint8Array(5000))]],
  ])('compressed pages of %s are refused', (_, data) => {
    const compressed = ramStream({ a: 4096 }, [[...record(0x100, 0, 'a'), 0, 0, 0, data.length, ...data]])
    expect(() => imageOf(compressed, 'a', 4096)).toThrow('zlib data of one page')
  })

  it('a page outside of the block is refused', () => {
    const outside = ramStream({ a: 4096 }, [[...record(2, 4096, 'a'), 0]])
    expect(() => imageOf(outside, 'a', 4096)).toThrow('a page below')
  })
})
