import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Path } from '../../../src/findings/index.ts'
import { type BytesReference, checkedPieces, EventJson, type Json, toHex } from '../../../src/layout/index.ts'
import { qemuMigrationFormat, qemuStreamReader } from '../../../src/qemu/index.ts'
import { expectSame } from '../fixture.ts'
import { scenarios, streamOf as vfioStreamOf } from '../vfio/captures.ts'
import { captures, eventsOf, streamOf } from './captures.ts'

const streams: readonly (readonly [name: string, load: () => Uint8Array])[] = [
  ...captures.map((capture) => [capture.name, () => streamOf(capture)] as const),
  ...scenarios.map((name) => [name, () => vfioStreamOf(name)] as const),
]

/** Streams of migrations that failed, and one that nothing says the lengths of. */
const DAMAGED: Readonly<Record<string, readonly string[]>> = {
  'q100-v-shortreads-nop2p': ['qemu/ended-early'],
  'o6-postcopy-recover-q10 stream.ch0.src2dst': ['qemu/ended-early'],
  'o7-novmdesc-noconfig-nofooter-q10': ['qemu/body-not-delimited', 'qemu/body-not-read'],
}

const BY_BYTE = ['o4-multifd-none-q10', 'q100-v-shortreads-multifd', 'q100-v-msix256', 'q100-v-shortreads-nop2p']

/** The JSON of a stream as the command prints it: read piece by piece, long runs as references. */
function jsonOf(bytes: Uint8Array, size: number): string {
  const json = new EventJson()
  let text = ''
  for (const event of eventsOf(qemuStreamReader(), bytes, size)) text += json.text(event)
  return text + json.end()
}

function rebuilt(json: Json, bytes: Uint8Array): Uint8Array {
  const resolve = (reference: BytesReference, path: Path) => {
    const { offset, length } = reference
    return checkedPieces([bytes.subarray(offset, offset + length)], reference, path)
  }
  return new Uint8Array(Buffer.concat([...(qemuMigrationFormat.encodeJson?.(json, resolve) ?? [])]))
}

/** What a reader says, with runs of bytes put together: the same in whatever chunks they came. */
function told(bytes: Uint8Array, size: number): string {
  const digest = createHash('sha256')
  let run = createHash('sha256')
  for (const event of eventsOf(qemuStreamReader(), bytes, size)) {
    const { kind, path, offset } = event
    if (kind === 'bytes') run.update(event.bytes)
    else if (kind === 'value') digest.update(JSON.stringify([kind, path, offset, event.length, event.json()]))
    else if (kind === 'finding') digest.update(JSON.stringify([kind, event.finding]))
    else if (kind === 'begin') digest.update(JSON.stringify([kind, path, offset, event.shape]))
    else {
      digest.update(JSON.stringify([kind, path, offset, event.length, run.digest('hex')]))
      run = createHash('sha256')
    }
  }
  return digest.digest('hex')
}

describe.each(streams)('%s', (name, load) => {
  const bytes = load()

  test('comes back byte for byte, through JSON with references too', () => {
    const { value, findings } = qemuMigrationFormat.inspect(bytes)
    expect(findings.filter(({ severity }) => severity === 'error').map(({ code }) => code)).toEqual(DAMAGED[name] ?? [])
    if (value === undefined) throw new Error('There is no value.')
    expectSame(qemuMigrationFormat.encode(value), bytes)
    expectSame(rebuilt(JSON.parse(jsonOf(bytes, 65536)) as Json, bytes), bytes)
  })

  // Byte by byte takes long, and the longer streams have nothing that the shorter ones have not.
  const isLong = name.startsWith('o8-')
  const sizes = isLong ? [] : BY_BYTE.includes(name) ? [1, 65536] : bytes.length < 400_000 ? [7] : [65521]
  test.each(sizes)('is read the same in chunks of %i bytes', (size) => {
    expect(told(bytes, size)).toBe(told(bytes, bytes.length))
  })

  test.skipIf(isLong)('has every byte in a field, and in one only', () => {
    const fields = [...qemuMigrationFormat.fields(bytes)].filter(({ length }) => length > 0)
    const places = fields.map(({ offset, length, bits, path }) => ({ offset, length, bits, path }))
    places.sort((a, b) => a.offset - b.offset)
    let end = 0
    let word = -1
    for (const { offset, length, bits, path } of places) {
      // Members of a word share its bytes.
      if (bits !== undefined && offset === word) continue
      if (bits !== undefined) word = offset
      if (offset !== end) expect.unreachable(`${path.join('.')} is at ${offset} rather than at ${end}`)
      end = offset + length
    }
    expect(end).toBe(bytes.length)
  })
})

test('references say where the bytes stand, and are checked', () => {
  const [capture] = captures.filter(({ name }) => name.startsWith('o5-'))
  const bytes = streamOf(capture as (typeof captures)[number])
  const text = jsonOf(bytes, 4096)
  expect(text).toContain('"$bytes"')
  const other = bytes.slice()
  // Inside of a page: what a record says of itself is in the JSON, too.
  const at = Number(/"\$bytes":\{"offset":(\d+)/.exec(text)?.[1]) + 200
  other[at] = (other[at] as number) ^ 1
  expect(() => rebuilt(JSON.parse(text) as Json, other)).toThrow(/SHA-256/)
  expect(toHex(bytes.subarray(0, 4))).toBe('5145564d')
})
