import { existsSync, readFileSync, statSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { SparseNumbers } from '../../src/cli/big/sparse-numbers.ts'
import type { RecordInput } from '../../src/stream/index.ts'
import { streamOf } from '../stream/sample.ts'
import { expectComplaint, Folder, vfmig } from './support.ts'

const folder = new Folder()
const PAGE = 4096

const region = (pages: number, pageSize = PAGE): RecordInput => ({
  type: 'memory-region',
  payload: { region: 0, pageSize, base: 0n, length: BigInt(pages) * BigInt(pageSize), nameLength: 0, name: '' },
})

const pages = (firstPage: number, count: number, data: Uint8Array): RecordInput => ({
  type: 'memory-pages',
  payload: {
    ...{ region: 0, round: 1, firstPage: BigInt(firstPage), pages: count, reserved: new Uint8Array(3), data },
    content: data.length === 1 ? 'fill' : 'data',
  },
})

const filled = (byte: number) => new Uint8Array(PAGE).fill(byte)
const memory = (records: readonly RecordInput[], ...args: string[]) =>
  vfmig(['extract', '-', '--what', 'memory', ...args], { input: streamOf(records) })

/** 8 TiB, as a lie may state them. */
const HUGE = 2 ** 31

describe('an image of memory', () => {
  it('takes the disk blocks of what records hold, whatever length the region states', () => {
    const output = folder.at('huge.bin')
    // Zeros over all of it, twice, once with a page at either end: nothing but the pages is ever written.
    const records = [
      region(HUGE),
      pages(0, HUGE, Uint8Array.of(0)),
      pages(HUGE - 1, 1, filled(5)),
      pages(1, 1, filled(6)),
      pages(0, HUGE - 1, Uint8Array.of(0)),
    ]
    expect(memory(records, '-o', output)).toMatchObject({ status: 0, stderr: '' })
    const { size, blocks } = statSync(output)
    expect(size).toBe(HUGE * PAGE)
    expect(blocks * 512).toBeLessThan(1 << 20)
  })

  it.each([
    { name: 'pages of one byte', records: [region(HUGE), pages(0, HUGE, Uint8Array.of(1))], args: ['-o', 'x.bin'] },
    { name: 'many such records', records: Array(9).fill(pages(0, 1 << 15, Uint8Array.of(1))), args: ['-o', 'x.bin'] },
    { name: 'zeros into a pipe', records: [pages(0, 1, filled(1))], args: [] },
  ])('$name stop at the limit', ({ records, args }) => {
    const run = vfmig(['extract', '-', '--what', 'memory', ...args], {
      input: streamOf([region(HUGE), ...records]),
      cwd: folder.path,
    })
    expectComplaint(run, /raise --max-fill\.$/m)
    expect(run.bytes.length).toBe(0)
    expect(existsSync(folder.at('x.bin'))).toBe(false)
  })

  it('the limit can be raised, and lowered', () => {
    const records = [region(4), pages(0, 4, Uint8Array.of(9))]
    expect(Buffer.compare(memory(records, '--max-fill', '16K').bytes, new Uint8Array(4 * PAGE).fill(9))).toBe(0)
    expectComplaint(memory(records, '--max-fill', '16383'), 'more than')
    expectComplaint(memory(records, '--max-fill', 'much'), '--max-fill is a number of bytes')
  })

  it('zeros wipe exactly their pages, of any page size', () => {
    // Pages of 512 bytes: parts of a disk block are wiped.
    const output = folder.at('small.bin')
    const data = Uint8Array.from({ length: 64 * 512 }, (_, at) => (at % 255) + 1)
    const records = [
      region(64, 512),
      pages(0, 64, data),
      pages(3, 7, Uint8Array.of(0)),
      pages(13, 40, Uint8Array.of(0)),
    ]
    expect(memory(records, '-o', output).status).toBe(0)
    const expected = data
      .slice()
      .fill(0, 3 * 512, 10 * 512)
      .fill(0, 13 * 512, 53 * 512)
    expect(Buffer.compare(readFileSync(output), expected)).toBe(0)
    expect(Buffer.compare(memory(records).bytes, expected)).toBe(0)
  })

  it('is for memory only', () => {
    expectComplaint(vfmig(['extract', '-', '--what', 'trace', '--max-fill', '1G'], { input: streamOf([]) }), 'is for')
  })
})

it('sparse numbers are those of a set', () => {
  const numbers = new SparseNumbers()
  const set = new Set<number>()
  let state = 7
  for (let step = 0; step < 4000; step++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    const number = state % 3 === 0 ? (state % 1000) * 2 ** 30 : (state >>> 8) % 500
    if (state & 0x10000) {
      numbers.add(number)
      set.add(number)
    } else {
      numbers.delete(number)
      set.delete(number)
    }
    if (step % 50 > 0) continue
    const found: number[] = []
    for (let at = numbers.next(0); at !== undefined; at = numbers.next(at + 1)) found.push(at)
    expect(found).toEqual([...set].sort((a, b) => a - b))
    expect(numbers.size).toBe(set.size)
  }
})
