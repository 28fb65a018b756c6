import { describe, expect, it, test } from 'vitest'
import { facts, fixture } from '../fixture.ts'
import {
  be32,
  be64,
  blocks,
  codes,
  configuration,
  counted,
  description,
  end,
  eos,
  found,
  header,
  part,
  start,
  subsection,
  zeros,
} from '../judge/stream.ts'
import { imageOf, statisticsOf } from './support.ts'

// Sizes of target pages are those of TARGET_PAGE_BITS in QEMU's target/*/cpu-param.h: AVR 8, Arm 10 at least, SPARC 64,
// Alpha and OpenRISC 13, TriCore 14.

const SIZES = [256, 1024, 4096, 8192, 16384]
/** Pages of the block; of each third the content is its number, the others are zero. */
const PAGES = 48

const hasContent = (page: number) => page % 3 === 1

/** Records of all pages, those after the first without the name of their block. */
function records(size: number, only: (page: number) => boolean): number[] {
  return Array.from({ length: PAGES }, (_, page) => {
    const isPage = hasContent(page) && only(page)
    const flags = (isPage ? 8 : 2) + (page === 0 ? 0 : 0x20)
    const content = isPage ? new Array<number>(size).fill(page) : [0]
    return [...be64(page * size + flags), ...(page === 0 ? counted('r') : []), ...content]
  }).flat()
}

const ram = (size: number, only = (_page: number) => true) => [
  ...start(1, 'ram', [...blocks(['r', PAGES * size]), ...eos], { version: 4 }),
  ...[...part(1, [...records(size, only), ...eos]), ...end(1, eos)],
]

/** What the description has ahead of a reader that sees the whole, and a reader of a pipe has not. */
const streamOf = (size: number, ...elements: (readonly number[])[]) =>
  Uint8Array.from([...header, ...configuration(), ...elements.flat(), ...description([], size)])

describe.each(SIZES)('pages of %d bytes', (size) => {
  const stream = streamOf(size, ram(size))

  it('stated at the end of what can be seen ahead', () => {
    expect(found(stream)).toEqual([])
  })

  it.each([1, 100, 65521])('by their records where it is read as it comes, in pieces of %d bytes', (piece) => {
    const expected = new Uint8Array(PAGES * size)
    for (let page = 0; page < PAGES; page += 1)
      if (hasContent(page)) expected.fill(page, page * size, (page + 1) * size)
    expect(Buffer.compare(imageOf(stream, 'r', PAGES * size, piece), expected)).toBe(0)
  })

  it('counts them', () => {
    const { pageSize, total, blocks: counted } = statisticsOf(stream)
    expect([pageSize, total.pages, total.zero, total.normal]).toEqual([size, PAGES, 32, 16])
    expect(counted).toMatchObject([{ name: 'r', distinct: PAGES, again: 0, length: PAGES * size }])
  })

  it('where all of them are zero', () => {
    expect(
      statisticsOf(
        streamOf(
          size,
          ram(size, () => false),
        ),
      ).pageSize,
    ).toBe(size)
  })
})

test('a list of blocks whose sum is no multiple of 4096', () => {
  const list = start(1, 'ram', [...blocks(['r', 0x2500]), ...eos], { version: 4 })
  const zero = Array.from({ length: 0x25 }, (_, page) => [...be64(page * 256 + 2), ...counted('r'), 0])
  const bytes = streamOf(256, list, part(1, [...zero.flat(), ...eos]), end(1, eos))
  expect(found(bytes)).toEqual([])
  expect(statisticsOf(bytes)).toMatchObject({ pageSize: 256, total: { pages: 0x25 } })
})

test('pages that are far apart are of the usual size', () => {
  const list = start(1, 'ram', [...blocks(['r', 2 ** 20]), ...eos], { version: 4 })
  const zero = Array.from({ length: 9 }, (_, page) => [...be64(page * 8192 + 2), ...counted('r'), 0])
  const bytes = streamOf(4096, list, part(1, [...zero.flat(), ...eos]), end(1, eos))
  expect(statisticsOf(bytes).pageSize).toBe(4096)
})

test('the configuration and the advice of postcopy come before the records', () => {
  const bits = subsection('configuration/target-page-bits', be32(10))
  const one = start(1, 'ram', [...blocks(['r', 1024]), ...eos], { version: 4 })
  const page = part(1, [...be64(8), ...counted('r'), ...zeros(1024), ...eos])
  const rest = [...one, ...page, ...end(1, eos), ...description([], 1024)]
  expect(codes([...header, ...configuration('pc', bits), ...rest])).toEqual([])
  const advice = [8, 0, 3, 0, 16, ...be64(0x1000), ...be64(1024)]
  const listed = Uint8Array.from([...header, ...configuration(), ...advice, ...rest])
  expect(statisticsOf(listed)).toMatchObject({ pageSize: 1024, total: { normal: 1 } })
})

test.each([
  ['m1-avr-mega2560-q10', 256],
  ['m2-arm-netduino2-q7', 1024],
  ['m3-tricore-testboard-q10', 16384],
])('%s: QEMU counted the same', (folder, size) => {
  const stream = fixture(`qemu/${folder}/stream.bin.gz`)
  const { ram } = facts<{ ram: Record<string, number> }>(`qemu/${folder}/migrate-result.json`)
  const { pageSize, total } = statisticsOf(stream)
  expect([pageSize, total.zero, total.normal]).toEqual([size, ram.duplicate, ram.normal])
  expect(ram['page-size']).toBe(size)
  expect(found(stream).map(({ code }) => code)).toEqual(['qemu/guest-not-running'])
})
