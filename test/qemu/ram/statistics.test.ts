import { describe, expect, it } from 'vitest'
import { RamStatistics } from '../../../src/qemu/index.ts'
import { facts, fixture } from '../fixture.ts'
import { pageOf, ramStream, record, statisticsOf } from './support.ts'

interface Result {
  readonly ram: { readonly duplicate: number; readonly normal: number; readonly transferred: number }
}

const resultOf = (folder: string) => facts<Result>(`qemu/${folder}/migrate-result.json`).ram
const of = (folder: string) => statisticsOf(fixture(`qemu/${folder}/stream.bin.gz`))

describe('counts are those of query-migrate', () => {
  it.each([
    'o2-e1000e-vnet-16m-q10',
    'o2-e1000e-vnet-16m-q7',
    'o3-mapped-ram-q10',
    'o5-xbzrle-q10',
    'o11-pc-i440fx-q10',
  ])('%s', (folder) => {
    const { duplicate, normal, transferred } = resultOf(folder)
    const { zero, normal: found, bytes } = of(folder).total
    expect({ zero, normal: found }).toEqual({ zero: duplicate, normal })
    expect(bytes).toBeLessThan(transferred)
  })

  it('of QEMU 7.2, which counts RAM alone: what records take, too', () => {
    // The rest is the list of blocks and the marks of sections.
    const { bytes } = of('o2-e1000e-vnet-16m-q7').total
    expect(resultOf('o2-e1000e-vnet-16m-q7').transferred - bytes).toBe(8)
  })
})

describe('passes', () => {
  it('of a guest that keeps writing: the pages of 1 MiB come in each of them', () => {
    const { passes, blocks, total } = of('o5-xbzrle-q10')
    // What the firmware dirties lies from 1 MiB to 2 MiB; the walk of the capture counts 250 differences.
    expect(passes.map(({ pages }) => pages)).toEqual([4178, 256, 250])
    expect(passes[2]?.xbzrle).toBe(250)
    expect(blocks[0]).toMatchObject({ name: 'pc.ram', length: 2 ** 24, distinct: 4096, again: 506, unknown: 0 })
    expect(total.pages).toBe(4178 + 256 + 250)
  })

  it('threads that compress change the order of pages, and make no passes of it', () => {
    expect(of('o10-compress-q7').passCount).toBe(1)
  })

  const zeros = (...addresses: number[]) => addresses.flatMap((address) => [...record(2, address * 4096, 'a'), 0])
  const counts = (parts: readonly number[][], end?: readonly number[]) =>
    statisticsOf(ramStream({ a: 2 ** 20 }, parts, end)).passes.map(({ pages, isFinal }) => (isFinal ? -pages : pages))

  it.each<[string, number[], number[]]>([
    ['pages in order are one', [0, 1, 2], [3]],
    ['a step back alone is none', [3, 1, 2], [3]],
    ['pages that come again begin one', [0, 1, 2, 0, 1], [3, 2]],
    ['it begins where addresses start over', [0, 5, 6, 1, 2, 5], [3, 3]],
    ['one page again and again', [4, 4, 4], [1, 1, 1]],
  ])('%s', (_, addresses, expected) => {
    expect(counts([zeros(...addresses)])).toEqual(expected)
  })

  it('pages of the END section are the last', () => {
    expect(counts([zeros(0, 1, 2)], zeros(3, 0, 0))).toEqual([3, -3])
  })
})

it('pages count by what they are, and by block', () => {
  const stream = ramStream({ a: 8192, b: 4096 }, [
    [...record(8, 0, 'a'), ...pageOf(1), ...record(0x40, 0), 1, 0, 3, 0, 1, 9, ...record(2, 0, 'b'), 0],
  ])
  const { blocks, total } = statisticsOf(stream)
  expect(blocks).toEqual([
    {
      ...{ name: 'a', length: 8192, distinct: 1, again: 1, unknown: 0 },
      ...{ pages: 2, zero: 0, normal: 1, xbzrle: 1, compressed: 0, bytes: 10 + 4096 + 8 + 6 },
    },
    {
      ...{ name: 'b', length: 4096, distinct: 1, again: 0, unknown: 0 },
      ...{ pages: 1, zero: 1, normal: 0, xbzrle: 0, compressed: 0, bytes: 11 },
    },
  ])
  expect(total).toEqual({ pages: 3, zero: 1, normal: 1, xbzrle: 1, compressed: 0, bytes: 10 + 4096 + 8 + 6 + 11 })
})

it('a pass costs what is in it, however many blocks there are', () => {
  const statistics = new RamStatistics()
  statistics.section('PART', 0, 4096)
  const names = Array.from({ length: 4000 }, (_, index) => `b${index}`)
  for (const name of names) statistics.page(name, 0, 'zero', undefined, 0)
  const passes = 20_000
  for (let pass = 0; pass < passes; pass += 1) statistics.page('b0', 0, 'zero', undefined, 0)
  expect(statistics.passCount).toBe(passes + 1)
  expect(statistics.total.pages).toBe(names.length + passes)
})
