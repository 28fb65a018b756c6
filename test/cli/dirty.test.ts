import { spawnSync } from 'node:child_process'
import { closeSync, ftruncateSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { DirtyBitmap, encodeRoaring, encodeRunLengths } from '../../src/dirty-bitmap/index.ts'
import { hexdump, xxd } from './captures.ts'
import { CONVERGING, DIVERGING, domjobinfoTexts, queryMigrateLines, roundBitmap } from './dirty-recipes.ts'
import { type Schema, violations } from './json-schema.ts'
import { readPng } from './read-png.ts'
import { bytesOf, COMMAND, expectComplaint, Folder, json, shell, vfmig } from './support.ts'

const folder = new Folder()
const FIXTURES = resolve('fixtures/dirty')
const fixture = (name: string) => join(FIXTURES, name)
const RECEIVED = fixture('recved-pc.ram.bin')
const ROUNDS = [1, 2, 3, 4].map((round) => fixture(`round-${round}.bin.gz`))
const schema: Schema = JSON.parse(vfmig(['schema', 'dirty']).stdout)

/** The output as JSON, checked against its schema. */
const dirty = (...args: string[]) => {
  const value = json(['dirty', ...args, '--json'])
  expect(violations(schema, value)).toEqual([])
  return value
}

/** Runs of dirty pages, bit by bit. */
function runsOf(bytes: Uint8Array): [first: number, pages: number][] {
  const runs: [number, number][] = []
  for (let page = 0; page < 8 * bytes.length; page++) {
    if ((((bytes[page >> 3] as number) >> (page & 7)) & 1) === 0) continue
    const last = runs.at(-1)
    if (last !== undefined && last[0] + last[1] === page) last[1] += 1
    else runs.push([page, 1])
  }
  return runs
}

/** 1000 pages: 3 to 11, 600 and the last. */
const SMALL = new Uint8Array(125)
SMALL.set([0xf8, 0x0f], 0)
SMALL[75] = 1
SMALL[124] = 0x80
const small = folder.file('small.bin', SMALL)

describe('one bitmap', () => {
  it('its numbers, as JSON', () => {
    expect(dirty(small)).toMatchObject({
      ...{ pageSize: 4096, base: '0x0', pages: 1000, dirty: 11, ranges: 3, density: 0.011, bitsBehind: 0 },
      longestRanges: [
        { address: '0x3000', bytes: 9 * 4096, firstPage: 3, pages: 9 },
        { address: '0x258000', bytes: 4096, firstPage: 600, pages: 1 },
        { address: '0x3e7000', bytes: 4096, firstPage: 999, pages: 1 },
      ],
      regionPages: 64,
      hotRegions: [{ firstPage: 0, dirty: 9 }, { firstPage: 960, pages: 40, dirty: 1 }, { firstPage: 576 }],
    })
  })

  it.each<[string, number, number]>([
    // Counted by another program when they were captured.
    [RECEIVED, 4096, 1184],
    [fixture('mapped-ram-pc.ram.bin'), 4096, 6],
  ])('captured by QEMU: %s', (path, pages, count) => {
    const runs = runsOf(bytesOf(path))
    const expected = { pages, dirty: count, ranges: runs.length }
    expect(dirty(path)).toMatchObject(expected)
  })

  it.each([
    ['gzip', 'small.bin.gz', gzipSync(SMALL)],
    ['plain hexadecimal', 'small.hex', `${Buffer.from(SMALL).toString('hex')}\n`],
    ['xxd', 'small.txt', xxd(SMALL)],
    ['hexdump -C in gzip', 'small.txt.gz', gzipSync(hexdump(SMALL))],
  ])('is the same in %s', (_, name, content) => {
    const { stdout } = vfmig(['dirty', small, '--json'])
    expect(vfmig(['dirty', folder.file(name, content), '--json']).stdout).toBe(stdout)
    expect(vfmig(['dirty', '-', '--json'], { input: content }).stdout).toBe(stdout)
  })

  it('--as raw takes gzip and text as bits', () => {
    const content = gzipSync(SMALL)
    const path = folder.file('really.bin', content)
    expect(dirty(path, '--as', 'raw').dirty).toBe(runsOf(content).reduce((sum, [, pages]) => sum + pages, 0))
  })

  it.each([
    ['2M', 2 ** 21],
    ['4K', 4096],
    ['65536', 65536],
    ['0x4000', 16384],
    ['1GiB', 2 ** 30],
  ])('--page-size %s', (text, pageSize) => {
    const { hotRegions, ...value } = dirty(small, '--page-size', text, '--base', '0x100000000')
    expect(value).toMatchObject({ pageSize, base: '0x100000000', dirty: 11 })
    expect(value.longestRanges[1].address).toBe(`0x${(0x100000000 + 600 * pageSize).toString(16)}`)
  })

  it('--pages leaves bits out, or adds clean pages', () => {
    expect(dirty(small, '--pages', '600')).toMatchObject({ pages: 600, dirty: 9, bitsBehind: 2, pagesMissing: 0 })
    expect(dirty(small, '--pages', '2000')).toMatchObject({ pages: 2000, dirty: 11, bitsBehind: 0, pagesMissing: 1000 })
    const { stdout } = vfmig(['dirty', small, '--pages', '600'])
    expect(stdout).toContain('2 bits are set behind the last page and left out.')
  })

  it('--word-order big turns words of 64 bits around', () => {
    // Pages 0 and 63 of the first word, 64 of the second.
    const big = folder.file('big.bin', Uint8Array.of(0x80, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1))
    const value = dirty(big, '--word-order', 'big')
    expect(value).toMatchObject({ dirty: 3, ranges: 2 })
    expect(value.longestRanges.map(({ firstPage }: { firstPage: number }) => firstPage)).toEqual([63, 0])
  })

  it('--ranges lists all runs', () => {
    const { stdout } = vfmig(['dirty', small, '--ranges', '--base', '4096'])
    expect(stdout).toBe('0x004000-0x00cfff 9\n0x259000-0x259fff 1\n0x3e8000-0x3e8fff 1\n')
    const round = gunzipSync(bytesOf(ROUNDS[0] as string))
    const { rangeList, ranges } = dirty(ROUNDS[0] as string, '--ranges')
    const pairs = rangeList.map((run: { firstPage: number; pages: number }) => [run.firstPage, run.pages])
    expect(pairs).toEqual(runsOf(round))
    expect(ranges).toBe(pairs.length)
    expect(dirty(folder.file('clean.bin', new Uint8Array(8)), '--ranges').rangeList).toEqual([])
  })

  it('--regions and --top say how many are named', () => {
    const value = dirty(small, '--regions', '1', '--top', '2')
    expect([value.hotRegions.length, value.longestRanges.length]).toEqual([1, 2])
    expect(vfmig(['dirty', small, '--regions', '0', '--top', '0']).stdout).not.toMatch(/hot regions|longest runs/)
  })

  it('in words, with a map in plain characters', () => {
    const { stdout } = vfmig(['dirty', small])
    expect(stdout).toContain('1000 pages of 4 KiB, 3.91 MiB, 0x0-0x3e7fff\n')
    expect(stdout).toMatch(/^dirty {6}11 pages, 44 KiB, 1.1 %$/m)
    expect(stdout).toMatch(/^runs {7}3, longest 9 pages, mean 3.67 pages$/m)
    expect(stdout).toMatch(/^by length {2}2 of 1, 1 of 8 to 15$/m)
    const rows = stdout.split('\n').filter((line) => /^0x[0-9a-f]{6} {2}\S+$/.test(line))
    expect(rows).toHaveLength(16)
    expect(rows[0]).toBe(`0x000000  *@@${'.'.repeat(61)}`.replace('*@@', '...@@@@@@@@@').slice(0, 74))
    expect(rows.at(-1)).toMatch(/^0x3c0000 {2}\.{39}@$/)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that there is none is what is tested
    expect(stdout).not.toMatch(/[^\x0a\x20-\x7e]/)
  })

  it.each([40, 60, 120, 300])('the map fits into %i columns, its rows start at round addresses', (width) => {
    const rows = vfmig(['dirty', RECEIVED, '--width', String(width)])
      .stdout.split('\n')
      .filter((line) => line.startsWith('0x'))
    expect(rows.length).toBeLessThanOrEqual(16)
    for (const row of rows) expect(row.length).toBeLessThanOrEqual(width)
    const addresses = rows.map((row) => Number.parseInt(row, 16))
    for (const [at, address] of addresses.entries()) expect(address).toBe(at * (addresses[1] ?? 0))
  })
})

describe('a series', () => {
  it('was made as its recipe says', () => {
    for (const [at, path] of ROUNDS.entries()) {
      expect(new Uint8Array(gunzipSync(bytesOf(path)))).toEqual(roundBitmap(at + 1))
    }
    expect(readFileSync(fixture('query-migrate.jsonl'), 'utf8')).toBe(queryMigrateLines(CONVERGING))
    expect(readFileSync(fixture('query-migrate-stuck.jsonl'), 'utf8')).toBe(queryMigrateLines(DIVERGING))
    expect(readFileSync(fixture('domjobinfo.txt'), 'utf8')).toBe(domjobinfoTexts(CONVERGING))
  })

  it('changes from round to round, and what is dirty again', () => {
    const sets = [1, 2, 3, 4].map((round) => {
      const pages = runsOf(roundBitmap(round)).flatMap(([first, count]) =>
        Array.from({ length: count }, (_, at) => first + at),
      )
      return new Set(pages)
    })
    const all = [...new Set(sets.flatMap((set) => [...set]))]
    const times = (page: number) => sets.filter((set) => set.has(page)).length
    const value = dirty(...ROUNDS)
    expect(value).toMatchObject({
      ...{ pages: 65536, dirty: all.length, convergence: null },
      dirtyAgain: all.filter((page) => times(page) >= 2).length,
      dirtyAlways: all.filter((page) => times(page) === 4).length,
      rounds: sets.map((now, at) => {
        const before = sets[at - 1] ?? new Set()
        const still = [...now].filter((page) => before.has(page)).length
        const counts = {
          dirty: now.size,
          newlyDirty: now.size - still,
          stillDirty: still,
          becameClean: before.size - still,
        }
        return { input: ROUNDS[at], pages: 65536, ...counts }
      }),
    })
    expect(value.trend).toBeCloseTo(((sets[3]?.size ?? 0) / (sets[0]?.size ?? 1)) ** (1 / 3))
    // The ring that is always written.
    expect(value.longestAlways[0]).toMatchObject({ firstPage: 0x2000, pages: 0x40 })
    expect(value.hotRegions[0]).toMatchObject({ firstPage: 0x2000, density: 1 })
  })

  it('a table, and advice where a bandwidth is given', () => {
    const { stdout } = vfmig(['dirty', ...ROUNDS])
    expect(stdout).toMatch(/^round +dirty +density +new +still +cleaned +overlap$/m)
    expect(stdout.match(/^ +[1-4] +\d+ +[\d.]+ %/gm)).toHaveLength(4)
    expect(stdout).toMatch(/Each round has 54\.\d % of the pages .* Give --bandwidth for a forecast\.\n$/)
    const { convergence } = dirty(...ROUNDS, '--bandwidth', '8Mbit/s', '--interval', '2s')
    // The last round, 346 pages in 2 s, at 10^6 bytes a second.
    expect(convergence).toMatchObject({ remaining: 346 * 4096, dirtyRate: 346 * 2048, bandwidth: 1e6, converges: true })
    expect(dirty(...ROUNDS, '--bandwidth', '8Mbit/s').convergence.ratio).toBeCloseTo(dirty(...ROUNDS).trend)
  })

  it('rounds of different length: what is missing is clean', () => {
    const short = folder.file('short.bin', SMALL.subarray(0, 16))
    const { pages, dirty: any, rounds } = dirty(small, short, small)
    expect({ pages, any }).toEqual({ pages: 1000, any: 11 })
    expect(rounds.map((round: { newlyDirty: number }) => round.newlyDirty)).toEqual([11, 0, 2])
  })
})

describe('numbers of a migration', () => {
  it.each(['query-migrate.jsonl', 'domjobinfo.txt'])('%s', (name) => {
    const { convergence, rounds, samples } = dirty(fixture(name))
    expect({ samples, rounds: rounds.length }).toEqual({ samples: 5, rounds: 5 })
    expect(convergence).toMatchObject({ converges: true, rounds: 0, downtimeLimit: 0.3 })
    // The recipe's rates, as far as the text has figures.
    expect(convergence.bandwidth / 1e9).toBeCloseTo(1, 3)
    expect(convergence.ratio).toBeCloseTo(0.5, 3)
    expect(convergence.remaining / 2 ** 28).toBeCloseTo(1, 2)
  })

  it('one that does not converge, and what helps', () => {
    const { status, stdout } = vfmig(['dirty', fixture('query-migrate-stuck.jsonl')])
    expect(status).toBe(0)
    expect(stdout).toContain('Pre-copy does not converge: memory becomes dirty at 12 Gbit/s and is sent at 8 Gbit/s.\n')
    expect(stdout).toMatch(/^ {2}downtime limit: 4725 ms or more/m)
    expect(stdout).toMatch(/^ {2}bandwidth: 13\.2 Gbit\/s or more .*multifd/m)
    expect(stdout).toMatch(/^ {2}auto-converge: has to take 40 % .* DMA is not slowed\.$/m)
    expect(stdout).toMatch(/^ {2}xbzrle: /m)
    expect(stdout).toMatch(/^ {2}post-copy: not possible, QEMU refuses it with VFIO devices\.$/m)
  })

  it('other limits and links give other forecasts', () => {
    const stuck = fixture('query-migrate-stuck.jsonl')
    expect(dirty(stuck, '--downtime-limit', '5s').convergence).toMatchObject({ converges: true, rounds: 0 })
    // 2^32 bytes at 25 Gbit/s with 1.5e9 dirtied: the ratio is 0.48, and 9.375e8 fit: 2^32 * 0.48^3.
    const { convergence } = dirty(stuck, '--bandwidth', '25Gbit/s')
    expect(convergence).toMatchObject({ converges: true, rounds: 3, bandwidth: 3.125e9 })
    expect(convergence.ratio).toBeCloseTo(0.48)
    expect(dirty(stuck, '--bandwidth', '25Gbit/s', '--stop-bytes', '1G').convergence.converges).toBe(false)
  })

  it('answers in a file each are one series', () => {
    const lines = queryMigrateLines(DIVERGING).trimEnd().split('\n')
    const paths = lines.slice(1).map((line, at) => folder.file(`answers/${at}.json`, line))
    expect(dirty(...paths).samples).toBe(lines.length - 1)
  })

  it('a migration that has ended', () => {
    expect(dirty(fixture('migrate-result.json'))).toMatchObject({ status: 'completed', convergence: null })
  })

  it('is sent by a pipe', () => {
    const run = shell(`cat ${fixture('domjobinfo.txt')} | vfmig dirty -`)
    expect(run).toMatchObject({ status: 0, stderr: '' })
    expect(run.stdout).toMatch(/^standard input: 5 samples/)
  })
})

describe('--png', () => {
  it('is a PNG with the map', () => {
    const path = folder.at('map.png')
    expect(vfmig(['dirty', RECEIVED, '--png', path])).toMatchObject({ status: 0, stderr: '' })
    const { width, height, dots, palette } = readPng(bytesOf(path))
    expect(palette.length).toBe(10)
    // 1184 cells of a page, 7 dots wide and high with their gap, in the colour of "all", beside that of the legend.
    const all = dots.filter((colour) => colour === 9).length
    expect(all).toBe(1184 * 49 + 16 * 16)
    expect(width).toBeGreaterThan(1024)
    expect(height).toBeGreaterThan(256)
  })

  it('of a series', () => {
    const path = folder.at('series.png')
    expect(vfmig(['dirty', ...ROUNDS, '--png', path]).status).toBe(0)
    expect(readPng(bytesOf(path)).width).toBeGreaterThan(1024)
  })
})

describe('large bitmaps', () => {
  /** A sparse file with a run over the border of pieces of 16 MiB, and its last page dirty. */
  function sparse(name: string, size: number): string {
    const path = folder.at(name)
    const file = openSync(path, 'w')
    ftruncateSync(file, size)
    writeSync(file, Uint8Array.of(0xf0, 0x0f), 0, 2, 2 ** 24 - 1)
    writeSync(file, Uint8Array.of(0x80), 0, 1, size - 1)
    closeSync(file)
    return path
  }
  const hook = folder.file(
    'memory.cjs',
    `process.on('exit', () => process.stderr.write(String(process.resourceUsage().maxRSS / 1024)))`,
  )
  /** Runs the command and gives the most memory that it had, in MiB. */
  const memory = (...args: string[]) => {
    const { stdout, stderr, status } = spawnSync(process.execPath, ['--require', hook, COMMAND, ...args], {
      encoding: 'utf8',
    })
    expect(status, stderr).toBe(0)
    return { stdout, mebibytes: Number(stderr) }
  }
  // VFMIG_LARGE=1 runs the whole of 4 GiB.
  const size = process.env.VFMIG_LARGE === undefined ? 2 ** 28 : 2 ** 32

  it('take less than 100 MB of memory', () => {
    const { stdout, mebibytes } = memory('dirty', sparse('large.bin', size), '--json')
    expect(JSON.parse(stdout)).toMatchObject({ pages: 8 * size, dirty: 9, ranges: 2 })
    expect(JSON.parse(stdout).longestRanges[0]).toMatchObject({ firstPage: 8 * 2 ** 24 - 4, pages: 8 })
    expect(mebibytes).toBeLessThan(95)
  })

  it('so does a series', () => {
    const path = sparse('round.bin', size)
    const { stdout, mebibytes } = memory('dirty', path, path, path, '--json')
    expect(JSON.parse(stdout)).toMatchObject({ pages: 8 * size, dirty: 9, dirtyAlways: 9 })
    expect(mebibytes).toBeLessThan(95)
  })
})

describe('refused in one sentence', () => {
  const text = folder.file('prose.txt', 'Once upon a time\nthere was a guest\n')
  const nested = folder.file('nested.gz', gzipSync(gzipSync(SMALL)))
  const cut = folder.file('cut.gz', gzipSync(roundBitmap(1)).subarray(0, 500))
  it.each<[string[], string | RegExp]>([
    [[], "missing required argument 'input'"],
    [[folder.at('not-there')], 'there is no such file or folder'],
    [[folder.path], 'is a folder'],
    [[folder.file('empty.bin', '')], 'is empty; there are no pages in it.'],
    [[text], /prose\.txt: expected raw bytes, .* found text that starts with .*Once/],
    [[nested], 'nested.gz: expected decompressed input'],
    [[cut], 'cut.gz: expected complete gzip data, found an early end'],
    [[resolve('fixtures/guests/g1-igb-q10/lspci-xxxx.txt.gz')], 'is the text of lspci, not a dirty bitmap'],
    [[small, '--as', 'rawr'], 'There is no form of dirty bitmaps "rawr" (did you mean raw?); there are raw, '],
    [[small, '--page-size', '3000'], '--page-size is a power of two'],
    [[small, '--page-size', '0'], '--page-size is a power of two'],
    [[small, '--page-size', 'big'], '--page-size is a number of bytes, such as 4096, 4K or 2M, not "big".'],
    [[small, '--base', '-1'], '--base is an address of 64 bits'],
    [[small, '--base', '0xffffffffffffffff'], 'do not fit 64 bits of address'],
    [[small, '--pages', '0'], '--pages is a whole number from 1 to '],
    [[small, '--word-order', 'big'], 'has 125 bytes; --word-order big is for whole words of 8 bytes.'],
    [[small, '--bitmap', 'a'], 'is one bitmap, without a name; leave --bitmap out.'],
    [[small, '--width', '7'], '--width is a whole number from 20 to 1000'],
    [[small, '--bandwidth', 'fast'], '--bandwidth is a rate, such as 10Gbit/s'],
    [[small, '--downtime-limit', '-3'], '--downtime-limit is a time'],
    [[small, '--png', folder.at('no/where.png')], 'there is no such file or folder'],
    [[small, small, '--ranges'], '--ranges lists the runs of one bitmap'],
    [[small, fixture('domjobinfo.txt')], 'is a bitmap and'],
    [[fixture('domjobinfo.txt'), '--png', 'x.png'], '--png is for bitmaps'],
    [[small, '--as', 'query-migrate'], 'expected answers of query-migrate'],
    [[folder.file('cut.json', '{"return": {"ram": {"remaini')], 'cut.json: expected a whole JSON object'],
  ])('%j', (args, sentence) => {
    expectComplaint(vfmig(['dirty', ...args]), sentence)
  })
})

it('every fixture of dirty bitmaps can be told', () => {
  for (const name of readdirSync(FIXTURES)) expect(vfmig(['dirty', fixture(name)]).status, name).toBe(0)
})

describe('other forms, named with --as', () => {
  const place = { pageSize: 4096, base: 0n }
  const bitmap = DirtyBitmap.fromBytes(SMALL, { ...place, length: 1000 })
  const numbers = { pages: 1000, dirty: 11, ranges: 3 }

  it.each<{ form: string; bytes: Uint8Array; args?: string[]; expected: object }>([
    { form: 'roaring', bytes: encodeRoaring(bitmap), expected: numbers },
    { form: 'run-lengths', bytes: encodeRunLengths(bitmap), expected: numbers },
    {
      form: 'run-lengths',
      bytes: encodeRunLengths(bitmap),
      args: ['--pages', '2000'],
      expected: { ...numbers, pages: 2000 },
    },
    {
      form: 'roaring-64',
      bytes: encodeRoaring(DirtyBitmap.fromPages([2 ** 33], { ...place, length: 2 ** 33 + 1 })),
      expected: { pages: 2 ** 33 + 1, dirty: 1, ranges: 1 },
    },
  ])('$form', ({ form, bytes, args = [], expected }) => {
    const path = folder.file(`${form}.bin`, bytes)
    expect(dirty(path, '--as', form, ...args)).toMatchObject(expected)
  })

  it('with several bitmaps in one input, of which one is named', () => {
    const [entry, other] = [0, 3].map((slot) => {
      const bytes = new Uint8Array(16)
      const view = new DataView(bytes.buffer)
      view.setUint32(0, 1, true)
      view.setUint32(4, slot, true)
      view.setBigUint64(8, 7n, true)
      return bytes
    })
    const path = folder.file('ring.bin', Buffer.concat([entry as Uint8Array, other as Uint8Array, new Uint8Array(32)]))
    expectComplaint(
      vfmig(['dirty', path, '--as', 'kvm-dirty-ring']),
      /holds the bitmaps "0:0", "0:3"; name one of them/,
    )
    expect(dirty(path, '--as', 'kvm-dirty-ring', '--bitmap', '0:3')).toMatchObject({ pages: 8, dirty: 1 })
  })

  it.each<{ what: string; form: string; hex: string; says: RegExp }>([
    {
      what: 'damaged',
      form: 'roaring',
      hex: '39300000',
      says: /expected 12346, or 12347 .* vfmig explain layout\/wrong-magic/,
    },
    {
      what: 'cut',
      form: 'run-lengths',
      hex: '80',
      says: /the last byte of a number.* vfmig explain dirty-bitmap\/run-lengths-damaged/,
    },
    {
      what: 'greater than memory may be',
      form: 'run-lengths',
      hex: '00808080808010',
      says: /needs more than 268435456 bytes/,
    },
  ])('$what $form', ({ form, hex, says }) => {
    expectComplaint(vfmig(['dirty', folder.file('bad.bin', Buffer.from(hex, 'hex')), '--as', form]), says)
  })
})
