import fc from 'fast-check'
import { expect, test } from 'vitest'
import { arbitraryOfFormat } from '../../src/fuzz/index.ts'
import { crc32 } from '../../src/hash/index.ts'
import type { Located, ReadEvent } from '../../src/layout/index.ts'
import { joined, toHex } from '../../src/layout/index.ts'
import { findFormat } from '../../src/registry/index.ts'
import { streamReader } from '../../src/stream/index.ts'
import { ALL_RECORDS, LARGE_RECORDS, noise, streamOf } from './sample.ts'

type Told = Record<string, unknown> & { readonly kind: string; bytes?: string }

/** A field with the bytes that it has now. */
function fieldText({ path, offset, length, value }: Located): string {
  const text = value instanceof Uint8Array ? `${value.length}:${crc32(value)}` : String(value)
  return `${path.join('.')} ${offset} ${length} ${text}`
}

/** Events as they are when they come: their bytes are valid until the next push. */
function told(event: ReadEvent): Told {
  const { kind, path, offset } = event
  const place = { kind, path, offset }
  if (event.kind === 'value')
    return { ...place, length: event.length, json: event.json(), fields: event.fields().map(fieldText) }
  if (event.kind === 'bytes') return { ...place, bytes: toHex(event.bytes) }
  if (event.kind === 'finding') return { ...place, finding: event.finding }
  return event.kind === 'end' ? { ...place, length: event.length } : { ...place, shape: event.shape }
}

/** What is told of bytes that come in pieces of these lengths, over and over; bytes of one run are put together. */
function events(bytes: Uint8Array, sizes: readonly number[]): Told[] {
  const reader = streamReader()
  const list: Told[] = []
  const take = (given: ReadEvent[]) => {
    for (const event of given.map(told)) {
      const before = list.at(-1)
      if (event.kind === 'bytes' && before?.kind === 'bytes') before.bytes = `${before.bytes}${event.bytes}`
      else list.push(event)
    }
  }
  try {
    for (let at = 0, turn = 0; at < bytes.length; turn++) {
      const size = sizes[turn % sizes.length] as number
      // A copy that is overwritten: nothing may look at a chunk later.
      const chunk = bytes.slice(at, at + size)
      take(reader.push(chunk))
      chunk.fill(0x5a)
      at += size
    }
    take(reader.end())
  } catch (error) {
    list.push({ kind: 'error', error: String(error) })
  }
  return list
}

const damaged = (bytes: Uint8Array, at: number) => bytes.with(at, (bytes[at] as number) ^ 4)
const SMALL = streamOf(ALL_RECORDS)
const CASES: readonly (readonly [string, Uint8Array])[] = [
  ['a sound stream', SMALL],
  ['a damaged payload', damaged(SMALL, 64 + 50)],
  ['a damaged header', damaged(SMALL, 64 + 10)],
  ['a hole', joined([SMALL.subarray(0, 300), SMALL.subarray(450)])],
  ['bytes put in', joined([SMALL.subarray(0, 300), noise(99), SMALL.subarray(300)])],
  ['a beginning', SMALL.subarray(0, 1000)],
  ['bytes behind the end', joined([SMALL, noise(999)])],
]

test.each(CASES)('%s in pieces of any size', (_, bytes) => {
  const whole = events(bytes, [bytes.length])
  for (const size of [1, 7, 48, 64, 1000]) expect(events(bytes, [size]), `${size} bytes each`).toEqual(whole)
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1 }), (sizes) => {
      expect(events(bytes, sizes)).toEqual(whole)
    }),
    { numRuns: 20 },
  )
})

test('any stream in pieces of any size', () => {
  const format = findFormat('migration-stream')
  if (format === undefined) throw new Error('The format is not registered.')
  const streams = arbitraryOfFormat(format).map((value) => format.encode(value))
  fc.assert(
    fc.property(streams, fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 }), (bytes, sizes) => {
      expect(events(bytes, sizes)).toEqual(events(bytes, [bytes.length]))
    }),
    { numRuns: 60 },
  )
})

test('megabytes in pieces of any size', () => {
  const bytes = streamOf(LARGE_RECORDS)
  const whole = events(bytes, [bytes.length])
  for (const sizes of [[65_536], [1, 100_000, 7]]) expect(events(bytes, sizes)).toEqual(whole)
})
