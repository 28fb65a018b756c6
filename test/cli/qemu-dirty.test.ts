import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { facts } from '../qemu/fixture.ts'
import { violations } from './json-schema.ts'
import { bytesOf, expectComplaint, Folder, json, shell, vfmig } from './support.ts'

const folder = new Folder()
const plain = (path: string) =>
  folder.file(path.replaceAll('/', '-').replace(/\.gz$/, ''), gunzipSync(bytesOf(`fixtures/qemu/${path}`)))
const xbzrle = plain('o5-xbzrle-q10/stream.bin.gz')

interface Result {
  readonly ram: { readonly duplicate: number; readonly normal: number }
}

describe('vfmig dirty of a migration stream', () => {
  it('counts what QEMU counted', () => {
    const { duplicate, normal } = facts<Result>('qemu/o5-xbzrle-q10/migrate-result.json').ram
    const told = json(['dirty', '--json', xbzrle])
    expect(told).toMatchObject({ zero: duplicate, normal, xbzrle: 250, distinct: 4178, again: 506, whole: true })
    expect(told).toMatchObject({ passCount: 3, pagesPerPass: 4684 / 3, timesSent: 4684 / 4178, pageSize: 4096 })
    expect(told.passes.map(({ pages }: { pages: number }) => pages)).toEqual([4178, 256, 250])
  })

  it('with the channels of multifd', () => {
    const { duplicate, normal } = facts<Result>('qemu/o4-multifd-zstd-q10/migrate-result.json').ram
    const [main, ...others] = [0, 1, 2, 3].map((channel) => plain(`o4-multifd-zstd-q10/stream.ch${channel}.bin.gz`))
    const channels = others.flatMap((path) => ['--channel', path])
    expect(json(['dirty', '--json', `${main}`, ...channels])).toMatchObject({ zero: duplicate, normal, again: 0 })
  })

  it('in a pipe, compressed', () => {
    const { stdout, status } = shell(`gzip -c "${xbzrle}" | vfmig dirty - --json`)
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ pages: 4684 })
  })

  it('as tables', () => {
    const { stdout } = vfmig(['dirty', xbzrle])
    expect(stdout).toContain('4684 pages of 4 KiB sent')
    expect(stdout).toContain('again      506 pages, 10.8 %')
    expect(stdout).toMatch(/\npc\.ram +16 MiB +4602 +3876 +476 +250 +0 .* 506\n/)
    expect(stdout).toContain('average    1561 pages a pass, 3 passes')
  })

  it.each([
    [['--ranges'], '--ranges is for bitmaps; the input is a migration stream.'],
    [['fixtures/dirty/recved-pc.ram.bin'], 'is a migration stream; give it alone.'],
    [['--channel', xbzrle], 'is the main stream of the migration'],
  ])('%j is refused', (args, words) => {
    expectComplaint(vfmig(['dirty', xbzrle, ...args]), words)
  })

  it('channels are of streams', () => {
    expectComplaint(vfmig(['dirty', 'fixtures/dirty/recved-pc.ram.bin', '--channel', xbzrle]), '--channel is for')
  })

  it('is what its schema says', () => {
    const schema = json(['schema', 'dirty'])
    expect(violations(schema, json(['dirty', '--json', xbzrle]))).toEqual([])
  })
})
