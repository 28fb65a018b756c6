// Rules of FORMAT.md that only another writer breaks: every sum is right, and what it covers is not.
import { describe, expect, test } from 'vitest'
import { useNodeInflate } from '../../src/cli/big/native-inflate.ts'
import { DecodeError } from '../../src/findings/index.ts'
import { crc32 } from '../../src/hash/index.ts'
import { joined, toView } from '../../src/layout/index.ts'
import { findFormat } from '../../src/registry/index.ts'
import { type RecordInput, readIndex } from '../../src/stream/index.ts'
import { deflated, noise, piecesOf, streamOf } from './sample.ts'

interface Found {
  readonly code: string
  readonly message: string
  readonly offset: number
}

const findings = (bytes: Uint8Array): readonly Found[] => findFormat('migration-stream')?.inspect(bytes).findings ?? []

const word = (value: bigint) => {
  const bytes = new Uint8Array(8)
  toView(bytes).setBigUint64(0, value, true)
  return bytes
}
/** Content of a memory-pages record: one page, with its byte of content and the reserved byte behind it. */
const pages = (content: number, reserved: number) =>
  joined([new Uint8Array(16), Uint8Array.of(1, 0, 0, 0, content, reserved, 0, 0), Uint8Array.of(7)])
const note = deflated(Uint8Array.of(0x68, 0x69))

const CASES: readonly (readonly [name: string, record: RecordInput, code: string])[] = [
  ['an end that is compressed', { type: 'end', payload: note, isDeflated: true }, 'stream/payload-not-described'],
  [
    'an index that is compressed',
    { type: 'index', payload: deflated(new Uint8Array(16)), isDeflated: true },
    'stream/payload-not-described',
  ],
  ['an end that goes on', { type: 'end', payload: new Uint8Array(56), goesOn: true }, 'stream/part-unfinished'],
  [
    'a compressed payload without its length',
    { type: 'note', payload: note.subarray(0, 7), isDeflated: true },
    'stream/payload-not-described',
  ],
  [
    'a compressed payload that states more than 16 MiB',
    { type: 'note', payload: joined([word(0x1000001n), note.subarray(8)]), isDeflated: true },
    'stream/payload-not-described',
  ],
  ['a reserved byte of a payload', { type: 'memory-pages', payload: pages(1, 9) }, 'layout/reserved-not-zero'],
  ['a number without a name', { type: 'memory-pages', payload: pages(2, 0) }, 'layout/unknown-value'],
]

test.each(CASES)('%s', (_, record, code) => {
  const found = findings(streamOf([record], false)).find((one) => one.code === code)
  expect(found?.offset).toBeGreaterThanOrEqual(64)
})

test('the optional bit is that of the whole part', () => {
  const chunk = { type: 'note', payload: Uint8Array.of(0x61) } as const
  const found = findings(
    streamOf(
      [
        { ...chunk, goesOn: true },
        { ...chunk, isOptional: true },
      ],
      false,
    ),
  )
  expect(found.map(({ code }) => code)).toEqual(['stream/chunk-out-of-order'])
})

/** A record with another number in its header, and the sum that belongs to it. */
function patched(record: Uint8Array, numbers: { readonly part?: number; readonly sequence?: number }): Uint8Array {
  const changed = record.slice()
  const view = toView(changed)
  if (numbers.part !== undefined) view.setUint32(12, numbers.part, true)
  if (numbers.sequence !== undefined) view.setBigUint64(16, BigInt(numbers.sequence), true)
  view.setUint32(44, crc32(changed.subarray(0, 44)), true)
  return changed
}

describe('parts are numbered in the order in which they begin', () => {
  const [header, one] = piecesOf([{ type: 'note', payload: { note: 'x' } }]) as [Uint8Array, Uint8Array]
  const numbered = (parts: readonly number[], sequences = parts.map((_, at) => at)) =>
    findings(
      joined([header, ...parts.map((part, at) => patched(one, { part, sequence: sequences[at] as number }))]),
    ).map(({ code, message }) => (code === 'stream/part-number' ? message : code))

  test.each([
    ['in order', [0, 1, 2], []],
    ['one is left out', [0, 2, 3], ['Part 2 begins where part 1 should.']],
    ['one comes twice', [0, 1, 1, 2], ['Part 1 begins where part 2 should.']],
    ['they do not begin at 0', [1, 2], ['Part 1 begins where part 0 should.']],
  ])('%s', (_, parts, messages) => {
    expect(numbered(parts)).toEqual([...messages, 'stream/end-missing'])
  })

  test('behind records that are missing nothing is said', () => {
    expect(numbered([0, 4, 5], [0, 7, 8])).toEqual(['stream/records-missing', 'stream/end-missing'])
  })

  test('the least number follows the greatest', () => {
    expect(numbered([0, 0xffffffff, 0], [0, 7, 8])).toEqual(['stream/records-missing', 'stream/end-missing'])
  })
})

test('of parts that wait for more chunks at most 4096 are remembered', () => {
  const open = { type: 'note', payload: new Uint8Array(0), goesOn: true } as const
  const [header, first, next] = piecesOf([open, open]) as [Uint8Array, Uint8Array, Uint8Array]
  const all = 20000
  const found = findings(
    joined([
      header,
      ...Array.from({ length: all }, (_, part) => patched(first, { part, sequence: part })),
      // Further chunks: of a part that is followed, and of one that is not.
      patched(next, { part: 0, sequence: all }),
      patched(next, { part: all - 1, sequence: all + 1 }),
    ]),
  )
  const counts = new Map<string, number>()
  for (const { code } of found) counts.set(code, (counts.get(code) ?? 0) + 1)
  expect(Object.fromEntries(counts)).toEqual({
    'stream/too-many-open-parts': 1,
    'stream/part-unfinished': 4096,
    'stream/end-missing': 1,
  })
  expect(found[0]?.offset).toBe(64 + 4096 * 48)
})

test.each([
  ['a device', { type: 'config-space', payload: new Uint8Array(0) }],
  ['a device', { type: 'irq-event', payload: new Uint8Array(16).fill(1, 9, 10) }],
  ['no device', { type: 'index', device: 0, payload: new Uint8Array(16) }],
] as const)('a record that has to be of %s ($type)', (_, record) => {
  const found = findings(streamOf([record], false)).map(({ code }) => code)
  expect(found).toContain('stream/wrong-device')
})

test.each([
  ['device', 'stream/payload-not-described'],
  ['memory-region', 'stream/payload-not-described'],
  ['trace-event', undefined],
  ['note', undefined],
  ['config-space', undefined],
] as const)('a later chunk of %s', (type, code) => {
  const chunks = [
    { type, device: 0, payload: new Uint8Array(40), goesOn: true },
    { type, device: 0, payload: new Uint8Array(4) },
  ]
  const told = findings(streamOf(chunks, false)).filter(({ message }) => message.includes('is a later chunk'))
  expect(told.map((one) => one.code)).toEqual(code === undefined ? [] : [code])
})

test('the optional bit changes nothing for a type that is known', () => {
  expect(findings(streamOf([{ type: 'note', payload: { note: 'x' }, isOptional: true }]))).toEqual([])
})

test('reserved bytes of the headers', () => {
  const [header, record] = piecesOf([{ type: 'note', payload: { note: 'x' } }]) as [Uint8Array, Uint8Array]
  for (const [bytes, sum, at] of [
    [header, 60, 20],
    [header, 60, 59],
    [record, 44, 7],
    [record, 44, 28],
  ] as const) {
    const changed = bytes.slice()
    changed[at] = 0x10
    toView(changed).setUint32(sum, crc32(changed.subarray(0, sum)), true)
    const found = findings(joined(bytes === header ? [changed, record] : [header, changed]))
    expect(found.map(({ code }) => code)).toEqual(['layout/reserved-not-zero', 'stream/end-missing'])
  }
})

test('an index of more than 4096 records', () => {
  const notes = Array<RecordInput>(4097).fill({ type: 'note', payload: new Uint8Array(0) })
  const payload = joined([new Uint8Array(8), Uint8Array.of(1, 0x10, 0, 0, 0, 0, 0, 0), new Uint8Array(32 * 4097)])
  const found = findings(streamOf([...notes, { type: 'index', payload }], false))
  expect(found[0]).toMatchObject({
    code: 'stream/index-mismatch',
    message: 'The index has 4097 entries, more than 4096.',
  })
})

test('how many records are missing is said to the last one', () => {
  const pieces = piecesOf([{ type: 'note', payload: { note: 'x' } }])
  const record = (pieces[1] as Uint8Array).slice()
  toView(record).setBigUint64(16, 2n ** 64n - 1n, true)
  toView(record).setUint32(44, crc32(record.subarray(0, 44)), true)
  expect(findings(joined([pieces[0] as Uint8Array, record]))[0]?.message).toBe(
    '18446744073709551615 records are missing here.',
  )
})

describe('what is compressed, where the platform inflates at once', () => {
  const content = noise(1000)
  const sound = deflated(content)
  test.each([
    ['is none', joined([word(10n), noise(20).fill(0xff)])],
    ['gives more', joined([word(999n), sound.subarray(8)])],
    ['gives less', joined([word(1001n), sound.subarray(8)])],
    ['is cut', sound.subarray(0, -5)],
    ['goes on', joined([sound, Uint8Array.of(1)])],
  ])('%s', (_, payload) => {
    const stream = (bytes: Uint8Array) => streamOf([{ type: 77, payload: bytes, isDeflated: true, isOptional: true }])
    useNodeInflate()
    expect(findings(stream(sound)).map(({ code }) => code)).toEqual(['stream/unknown-optional-record'])
    expect(findings(stream(payload)).map(({ code }) => code)).toContain('stream/payload-not-described')
  })
})

describe('random access', () => {
  const readAll = (bytes: Uint8Array) =>
    readIndex(async (offset, length) => bytes.slice(offset, offset + length), bytes.length)
  const end = (index: number): RecordInput => ({
    type: 'end',
    payload: joined([word(0n), word(0n), word(BigInt(index)), new Uint8Array(32)]),
  })

  test('an index that cannot be read is not an empty one', async () => {
    const index: RecordInput = { type: 'index', payload: deflated(new Uint8Array(16)), isDeflated: true }
    const stream = joined(piecesOf([index, end(64)], false).slice(0, -1))
    await expect(readAll(stream)).rejects.toThrow(DecodeError)
  })

  test('no index lies inside of another', async () => {
    const inner = piecesOf([{ type: 'index', payload: joined([word(64n), new Uint8Array(8)]) }])[1] as Uint8Array
    // Two entries, 64 bytes, that are the inner index themselves.
    const outer = joined([word(0n), Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0), inner])
    const stream = joined(piecesOf([{ type: 'index', payload: outer }, end(64 + 48 + 16)], false).slice(0, -1))
    await expect(readAll(stream)).rejects.toThrow(/in front of/)
  })
})
