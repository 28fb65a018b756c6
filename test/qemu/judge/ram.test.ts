import { describe, expect, test } from 'vitest'
import { qemuStreamReader } from '../../../src/qemu/index.ts'
import { SentPages } from '../../../src/qemu/ram/sent-pages.ts'
import {
  be32,
  blocks,
  codes,
  configuration,
  counted,
  delta,
  description,
  eos,
  flush,
  found,
  full,
  header,
  page,
  part,
  ramEnd,
  ramPart,
  ramStart,
  start,
  stream,
  subsection,
  zero,
} from './stream.ts'

const two = start(1, 'ram', [...blocks(['r', 8192]), ...eos], { version: 4 })
const sent = (...records: (readonly number[])[]) => part(1, [...records.flat(), ...eos])

describe('guest memory', () => {
  test.each<[string, readonly number[], string[]]>([
    ['all of it', stream(two, sent(page('r', 0), zero('r', 4096)), ramEnd), []],
    ['a page twice', stream(two, sent(page('r', 0), zero('r', 4096), zero('r', 0)), ramEnd), ['qemu/ram-sent-again']],
    ['a difference', stream(two, sent(page('r', 0), zero('r', 4096), delta('r', 0)), ramEnd), ['qemu/ram-sent-again']],
    ['one to nothing', stream(two, sent(page('r', 0), delta('r', 4096)), ramEnd), ['qemu/ram-delta-of-nothing']],
    ['a page too few', stream(two, sent(page('r', 0)), ramEnd), ['qemu/ram-not-complete']],
    ['multifd', stream(two, sent(flush), ramEnd), ['qemu/ram-elsewhere']],
    ['multifd before 8.1', stream(two, sent(zero('r', 0)), ramEnd), ['qemu/ram-elsewhere']],
    ['zero pages alone', stream(two, sent(zero('r', 0), zero('r', 4096)), ramEnd), []],
    [
      'a block twice',
      stream(start(1, 'ram', [...blocks(['r', 4096], ['r', 4096]), ...eos], { version: 4 }), ramPart, ramEnd),
      ['qemu/ram-list-repeated'],
    ],
    [
      'the list twice',
      stream(ramStart, part(1, [...blocks(['r', 4096]), ...page('r', 0), ...eos]), ramEnd),
      ['qemu/ram-list-repeated'],
    ],
  ])('%s', (_, bytes, expected) => {
    expect(codes(bytes)).toEqual(expected)
  })

  test('with a balloon, pages that are missing may be free', () => {
    const balloon = '0000:00:03.0/virtio-balloon'
    const bytes = [
      ...[...header, ...configuration(), ...two, ...sent(page('r', 0)), ...ramEnd, ...full(5, balloon, [])],
      ...description([{ name: balloon }]),
    ]
    expect(found(bytes).map(({ code, severity }) => [code, severity])).toEqual([['qemu/ram-not-complete', 'info']])
  })

  test('with shared memory, and in a stream that is cut, nothing is missing', () => {
    const ignoring = subsection('configuration/capabilities', be32(1), counted('x-ignore-shared'))
    const shared = [...blocks(['r', 8192]), ...new Array<number>(8).fill(0), ...eos]
    const rest = [...start(1, 'ram', shared, { version: 4 }), ...ramEnd, ...description()]
    expect(codes([...header, ...configuration('pc', ignoring), ...rest])).toEqual([])
    expect(codes([...header, ...configuration(), ...two, ...sent(page('r', 0))])).toEqual(['qemu/ended-early'])
  })
})

describe('pages that came', () => {
  test('are told apart by block and number, however far apart', () => {
    const pages = new SentPages()
    const numbers = [0, 31, 32, 1023, 1024, 2 ** 31, 2 ** 32, 2 ** 40]
    for (const number of numbers) expect(pages.add('a', number)).toBe(false)
    for (const number of numbers) expect(pages.add('a', number)).toBe(true)
    expect(pages.add('b', 0)).toBe(false)
    expect([pages.distinct('a'), pages.distinct('b'), pages.distinct('c')]).toEqual([numbers.length, 1, 0])
    expect(pages.again).toBe(numbers.length)
  })

  test('have 16 MiB of bits at most', () => {
    const pages = new SentPages()
    const pieces = 2 ** 22 / 32
    let added = 0
    for (let piece = 0; piece < pieces; piece += 1) if (pages.add('a', 1024 * piece) === false) added += 1
    expect(added).toBe(pieces)
    expect(pages.isFull).toBe(false)
    expect(pages.add('a', 1024 * pieces)).toBeUndefined()
    expect(pages.isFull).toBe(true)
    expect(pages.add('a', 0)).toBe(true)
  })

  test('pages of more places than are followed are not counted', () => {
    // One page in each 1024, of which so many bits are kept for 16 MiB.
    const places = 2 ** 17 + 1
    const records = new Uint8Array(9 * places)
    const view = new DataView(records.buffer)
    for (let at = 0; at < places; at += 1) view.setBigUint64(9 * at, (BigInt(at) << 22n) | 0x22n)
    const huge = start(1, 'ram', [...blocks(['r', 2 ** 40]), ...eos], { version: 4 })
    const front = [...header, ...configuration(), ...huge, 2, ...be32(1), ...zero('r', 4096)]
    const rest = [...eos, 0x7e, ...be32(1), ...ramEnd, ...description()]
    const reader = qemuStreamReader({ wanted: 'findings' })
    const events = [Uint8Array.from(front), records, Uint8Array.from(rest)].flatMap((piece) => reader.push(piece))
    const findings = [...events, ...reader.end()].flatMap((event) => (event.kind === 'finding' ? [event.finding] : []))
    expect(findings.map(({ code, severity }) => [code, severity])).toEqual([['qemu/ram-not-counted', 'info']])
  })
})
