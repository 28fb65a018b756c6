import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { facts, fixture } from '../qemu/fixture.ts'
import { violations } from './json-schema.ts'
import { bytesOf, expectComplaint, Folder, json, shell, vfmig } from './support.ts'

interface Expected {
  readonly writes: readonly (readonly [offset: number, length: number])[]
  readonly bitmaps: readonly [
    {
      readonly 'dirty-bitmaps': readonly {
        readonly name: string
        readonly granularity: number
        readonly count: number
      }[]
    },
  ]
  readonly size: number
  readonly sha256: Readonly<Record<string, string>>
}

const folder = new Folder()
const stream = folder.file('bitmaps.mig', gunzipSync(bytesOf('fixtures/qemu/o8-dirty-bitmaps-q10/stream.bin.gz')))
const expected = facts<Expected>('dirty-bitmaps/block-q10.expected.json')
const [{ 'dirty-bitmaps': bitmaps }] = expected.bitmaps
// A migration names a disk by its device where it has one.
const nameOf = (bitmap: string) => `vd1/${bitmap}`

/** Granules that the writes touched, counted here. */
function touched(granularity: number): Set<number> {
  const granules = expected.writes.flatMap(([offset, length]) => {
    const first = Math.floor(offset / granularity)
    const last = Math.floor((offset + length - 1) / granularity)
    return Array.from({ length: last - first + 1 }, (_, at) => first + at)
  })
  return new Set(granules)
}

describe('dirty bitmaps of disks in a migration stream', () => {
  it.each(bitmaps)('dirty --bitmap counts what QEMU counted of $name', ({ name, granularity, count }) => {
    const told = json(['dirty', stream, '--bitmap', nameOf(name), '--json'])
    const pages = expected.size / granularity
    expect(told).toMatchObject({ pageSize: granularity, pages, dirty: count / granularity })
    expect(violations(json(['schema', 'dirty']), told)).toEqual([])
  })

  it('dirty --bitmap lists the ranges that were written', () => {
    const { rangeList } = json(['dirty', stream, '--bitmap', nameOf('bm-512'), '--ranges', '--json'])
    const found = (rangeList as { firstPage: number; pages: number }[]).flatMap(({ firstPage, pages }) =>
      Array.from({ length: pages }, (_, at) => firstPage + at),
    )
    expect(new Set(found)).toEqual(touched(512))
  })

  it.each(Object.entries(expected.sha256))('extract gives the words of %s that QEMU has', (name, hash) => {
    const { bytes, status } = vfmig(['extract', stream, '--what', `bitmap:${nameOf(name)}`])
    expect(status).toBe(0)
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(hash)
  })

  it('come out of a pipe, compressed', () => {
    const { stdout } = shell(`gzip -c "${stream}" | vfmig dirty - --bitmap ${nameOf('bm-64k')} --json`)
    expect(JSON.parse(stdout)).toMatchObject({ dirty: 7, pageSize: 65536 })
  })

  it('that are not there are told by the names of those that are', () => {
    const words = 'No dirty bitmap is called x; there are vd1/bm-empty, vd1/bm-dis, vd1/bm-512, vd1/bm-64k.'
    expectComplaint(vfmig(['dirty', stream, '--bitmap', 'x']), words)
    expectComplaint(vfmig(['extract', stream, '--what', 'bitmap:x']), words)
    expectComplaint(vfmig(['extract', stream, '--what', 'bitmap']), '--what bitmap needs a name: bitmap:NAME.')
    const none = 'fixtures/qemu/o5-xbzrle-q10/stream.bin.gz'
    expectComplaint(
      vfmig(['dirty', none, '--bitmap', 'x']),
      'The stream has no dirty bitmaps of disks that can be read.',
    )
  })

  it('that are cut are not given', () => {
    // The bits of all of them are in the END section, which is in the last quarter.
    const bytes = fixture('qemu/o8-dirty-bitmaps-q10/stream.bin.gz')
    const cut = folder.file('cut.mig', bytes.subarray(0, 672_000))
    expectComplaint(vfmig(['dirty', cut, '--bitmap', nameOf('bm-512')]), /is not whole: .*ends/)
  })
})

const be = (bytes: number, value: bigint | number) =>
  Buffer.from(
    BigInt(value)
      .toString(16)
      .padStart(2 * bytes, '0'),
    'hex',
  )
const text = (name: string) => Buffer.concat([be(1, name.length), Buffer.from(name)])
/** Flags of a chunk with both names. */
const chunk = (flags: number, node: string, name: string, ...more: Uint8Array[]) =>
  Buffer.concat([be(1, flags | 0x0c), text(node), text(name), ...more])
const start = (granularity: number, node = 'd', name = 'b') => chunk(0x10, node, name, be(4, granularity), be(1, 1))
const bits = (sector: bigint | number, sectors: number, node = 'd', name = 'b') =>
  chunk(0x40, node, name, be(8, sector), be(4, sectors), be(8, 8), Buffer.alloc(8, 0xff))
const complete = (node = 'd', name = 'b') => chunk(0x20, node, name)
const section = (kind: number, head: Uint8Array, ...body: Uint8Array[]) =>
  Buffer.concat([be(1, kind), be(4, 2), head, ...body, be(1, 1), be(1, 0x7e), be(4, 2)])
/** A stream with nothing but dirty bitmaps: what is in its START and in its END. */
const made = (name: string, starts: readonly Uint8Array[], ends: readonly Uint8Array[]) =>
  folder.file(
    name,
    Buffer.concat([
      Buffer.from('QEVM'),
      be(4, 3),
      ...[be(1, 7), be(4, 5), Buffer.from('isapc')],
      section(1, Buffer.concat([text('dirty-bitmap'), be(4, 0), be(4, 1)]), ...starts),
      section(3, Buffer.alloc(0), ...ends),
      be(1, 0),
    ]),
  )

describe('dirty bitmaps that cannot be', () => {
  const both = (path: string, words: string) => {
    expectComplaint(vfmig(['dirty', path, '--bitmap', 'd/b']), words)
    expectComplaint(vfmig(['extract', path, '--what', 'bitmap:d/b']), words)
  }

  it('are well told from the one that can', () => {
    const path = made('fine.mig', [start(65536)], [bits(0, 64 * 128), complete()])
    expect(json(['dirty', path, '--bitmap', 'd/b', '--json'])).toMatchObject({ pageSize: 65536, pages: 64, dirty: 64 })
  })

  it.each([
    [
      'with a granularity of no power of two',
      [start(1000)],
      [bits(0, 64), complete()],
      'no dirty bitmaps of disks that',
    ],
    [
      'of more bits than are read',
      [start(512)],
      [bits(2n ** 36n, 64), complete()],
      'reaches to granule 68719476799: its',
    ],
    ['behind 2^40 granules', [start(512)], [bits(2n ** 40n, 64), complete()], '1 chunk has bits that lie behind every'],
    [
      'behind 2^64 bytes',
      [start(512)],
      [bits(2n ** 64n - 1n, 64), complete()],
      '1 chunk has bits that lie behind every',
    ],
    ['that nothing completes', [start(512)], [bits(0, 64)], 'is not whole: no chunk completes it.'],
  ] as const)('%s are refused', (name, starts, ends, words) => {
    both(made(`${name.replaceAll(' ', '-').replace('^', '')}.mig`, starts, ends), words)
  })

  it('without bits need the number of their granules', () => {
    const path = made('none.mig', [start(512)], [complete()])
    const words = 'The dirty bitmap d/b came without bits; --pages says how many granules it has.'
    expectComplaint(vfmig(['dirty', path, '--bitmap', 'd/b']), words)
    expect(json(['dirty', path, '--bitmap', 'd/b', '--pages', '64', '--json'])).toMatchObject({ pages: 64, dirty: 0 })
    const size = 'The granules of the dirty bitmap d/b have 512 bytes; leave --page-size out.'
    expectComplaint(vfmig(['dirty', path, '--bitmap', 'd/b', '--page-size', '4096']), size)
    const words2 = 'their dirty bitmaps do not need it'
    expectComplaint(vfmig(['dirty', path, '--bitmap', 'd/b', '--pages', '64', '--channel', path]), words2)
  })

  it('may have slashes in their names, and cost nothing where others are asked for', () => {
    const many = Array.from({ length: 20_000 }, (_, at) => start(512, 'x', `${at}`))
    const path = made(
      'many.mig',
      [start(512, 'a/b', 'c/d'), ...many],
      [bits(0, 64, 'a/b', 'c/d'), complete('a/b', 'c/d')],
    )
    const before = Date.now()
    expect(json(['dirty', path, '--bitmap', 'a/b/c/d', '--json'])).toMatchObject({ pages: 64, dirty: 64 })
    expect(Date.now() - before).toBeLessThan(10_000)
  })
})

it('pages that a destination received come out of its return path by their block', () => {
  const path = 'fixtures/qemu/o6-postcopy-recover-q10/recover.ch0.dst2src.bin'
  const walk = facts<{ messages: { type: string; block?: string }[] }>(
    'qemu/o6-postcopy-recover-q10/recover.ch0.dst2src.walk.json',
  )
  expect(JSON.stringify(walk)).toContain('pc.ram')
  const told = json(['dirty', path, '--as', 'qemu-return-path', '--bitmap', 'pc.ram', '--json'])
  expect(told).toMatchObject({ pages: 4096, dirty: 1184 })
})
