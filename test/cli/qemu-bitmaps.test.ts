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
    expectComplaint(vfmig(['dirty', none, '--bitmap', 'x']), 'The stream has no dirty bitmaps of disks.')
  })

  it('that are cut are not given', () => {
    // The bits of all of them are in the END section, which is in the last quarter.
    const bytes = fixture('qemu/o8-dirty-bitmaps-q10/stream.bin.gz')
    const cut = folder.file('cut.mig', bytes.subarray(0, 672_000))
    expectComplaint(vfmig(['dirty', cut, '--bitmap', nameOf('bm-512')]), /is not whole: .*ends/)
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
