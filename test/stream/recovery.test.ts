import { describe, expect, test } from 'vitest'
import { crc32 } from '../../src/hash/index.ts'
import { isOpaque, joined } from '../../src/layout/index.ts'
import { ALL_RECORDS, codesOf, inspect, LARGE_RECORDS, noise, piecesOf, streamOf } from './sample.ts'

const PIECES = piecesOf(LARGE_RECORDS)
const LARGE = joined(PIECES)

/** Numbers of the records that were read whole. */
const recovered = (bytes: Uint8Array) =>
  (inspect(bytes).value?.records ?? []).flatMap((record) =>
    isOpaque(record) || isOpaque(record.payload) ? [] : [Number(record.header.sequence)],
  )

/** Numbers of the records of which no byte lies in a range. */
function undamaged(from: number, length: number): number[] {
  let at = 0
  return PIECES.flatMap((piece, index) => {
    const start = at
    at += piece.length
    return index > 0 && (at <= from || start >= from + length) ? [index - 1] : []
  })
}

/** Across borders of records, in the middle of payloads, and at headers. */
const PLACES = [
  70,
  5000,
  262_100,
  262_180,
  262_200,
  262_300,
  524_500,
  1_000_000,
  2_097_900,
  2_130_000,
  LARGE.length - 1500,
]

describe('a hole of 1 KiB', () => {
  test.each(PLACES)('overwritten at %i', (at) => {
    for (const run of [new Uint8Array(1024), noise(1024, at)]) {
      const bytes = LARGE.slice()
      bytes.set(run, at)
      expect(recovered(bytes)).toEqual(undamaged(at, 1024))
    }
  })

  test.each(PLACES)('removed at %i', (at) => {
    expect(recovered(joined([LARGE.subarray(0, at), LARGE.subarray(at + 1024)]))).toEqual(undamaged(at, 1024))
  })

  test.each(PLACES)('1 KiB put in at %i', (at) => {
    const bytes = joined([LARGE.subarray(0, at), noise(1024, at), LARGE.subarray(at)])
    expect(recovered(bytes)).toEqual(undamaged(at, 0))
  })
})

/** A stream of three notes with the length of the second changed, its header summed up again or not. */
function withLength(length: bigint, isSummedUp: boolean): Uint8Array {
  const pieces = piecesOf(
    ['first', 'second', 'third'].map((note) => ({ type: 'note', payload: { note } })),
    false,
  )
  const second = pieces[2] as Uint8Array
  const view = new DataView(second.buffer, second.byteOffset, second.byteLength)
  view.setBigUint64(32, length, true)
  if (isSummedUp) view.setUint32(44, crc32(second.subarray(0, 44)), true)
  return joined(pieces)
}

describe('false lengths', () => {
  const lengths = [0n, 1n, 5n, 7n, 8n, 9n, 100n, 1000n, (1n << 24n) - 1n, 1n << 24n, (1n << 24n) + 1n]
  const huge = [1n << 31n, 1n << 32n, (1n << 53n) + 1n, (1n << 63n) - 1n, (1n << 64n) - 1n]
  test.each([...lengths, ...huge])('%i', (length) => {
    for (const isSummedUp of [false, true]) {
      const bytes = withLength(length, isSummedUp)
      const start = performance.now()
      expect(recovered(bytes)).toEqual([0, 2, 3])
      expect(performance.now() - start).toBeLessThan(1000)
    }
  })
})

test('headers that all state 16 MiB are read in time', () => {
  const header = (piecesOf([{ type: 'note', payload: new Uint8Array(0) }])[1] as Uint8Array).slice()
  const view = new DataView(header.buffer)
  view.setBigUint64(32, 1n << 24n, true)
  view.setUint32(40, 1, true)
  view.setUint32(44, crc32(header.subarray(0, 44)), true)
  const count = 10_000
  const bytes = new Uint8Array(64 + 17 * 2 ** 20)
  bytes.set(streamOf([]).subarray(0, 64))
  for (let at = 0; at < count; at++) bytes.set(header, 64 + 48 * at)
  const start = performance.now()
  expect(codesOf(inspect(bytes))).toContain('stream/end-missing')
  expect(performance.now() - start).toBeLessThan(10_000)
})

describe('a marker inside a payload', () => {
  const marker = Uint8Array.from(Buffer.from('VFMR'.repeat(30)))
  test('is nothing special', () => {
    expect(inspect(streamOf([{ type: 'config-space', device: 0, payload: marker }])).findings).toEqual([])
  })

  test('is not taken for a record where the record around it is damaged', () => {
    const records = [
      { type: 'config-space', device: 0, payload: marker },
      { type: 'note', payload: { note: 'behind' } },
    ] as const
    const bytes = streamOf(records, false)
    bytes[64 + 4] = 99
    expect(recovered(bytes)).toEqual([1, 2])
    expect(codesOf(inspect(bytes)).slice(0, 2)).toEqual(['stream/bytes-skipped', 'stream/records-missing'])
  })
})

test('an older reader keeps optional records of a newer writer, and refuses others', () => {
  const newer = (isOptional: boolean) => streamOf([...ALL_RECORDS, { type: 16383, payload: noise(21), isOptional }])
  const optional = inspect(newer(true))
  expect(codesOf(optional)).toEqual(['stream/unknown-optional-record', 'stream/unknown-optional-record'])
  expect(optional.findings.every(({ severity }) => severity === 'info')).toBe(true)
  const kept = optional.value?.records[ALL_RECORDS.length]
  expect(kept !== undefined && !isOpaque(kept) && kept.payload).toEqual(noise(21))
  expect(codesOf(inspect(newer(false)))).toContain('stream/unknown-record')
})
