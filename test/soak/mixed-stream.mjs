// Makes a stream of records of many kinds: pages, compressed payloads, bitmaps, state in chunks, events. Usage: MIB SEED > FILE
import { writeSync } from 'node:fs'
import { deflateRawSync } from 'node:zlib'
import { MigrationStreamWriter, payloadBytes } from '../../dist/stream/index.js'
import { bitmapOf, machine, pagesOf } from '../bench/page-stream.mjs'

/** Numbers below a limit, from a fixed seed. */
export function generator(seed) {
  let state = seed >>> 0
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}

const POOL = 4 << 20
const MOST_PAGES = 64

/** The records of a stream of so many bytes, as pieces: header, records, end. */
export function* mixedStream(bytes, seed) {
  const next = generator(seed)
  const pool = Uint8Array.from({ length: POOL }, () => next(256))
  const noise = (length) => {
    const start = next(POOL - length)
    return pool.subarray(start, start + length)
  }
  const writer = new MigrationStreamWriter({ uuid: pool.slice(0, 16) })
  let length = 0
  const kinds = [
    () => [somePages(next, noise)],
    () => [compressed(somePages(next, (size) => new Uint8Array(size).fill(next(256))))],
    () => [bitmapOf(1, pool)],
    () => state(next, noise),
    () => [{ type: 'note', payload: { note: 'n'.repeat(1 + next(100)) } }],
    () => [{ type: 77, device: 0, payload: noise(1 + next(1000)), isOptional: true }],
    () => [{ type: 'vendor-private', device: 0, payload: { vendorId: 0x8086, subtype: 1, data: noise(next(5000)) } }],
  ]
  const give = function* (pieces) {
    for (const piece of pieces) {
      length += piece.length
      yield piece
    }
  }
  yield* give([writer.begin()])
  for (const record of machine()) yield* give(writer.record(record))
  while (length < bytes) {
    for (const record of kinds[next(kinds.length)]()) yield* give(writer.record(record))
  }
  yield* give(writer.end())
}

function somePages(next, data) {
  const count = 1 + next(MOST_PAGES)
  return pagesOf(next(1 << 20), 1, data(4096 * count))
}

function compressed({ type, payload }) {
  const content = payloadBytes(type, payload)
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(content.length))
  return { type, payload: Uint8Array.from(Buffer.concat([length, deflateRawSync(content)])), isDeflated: true }
}

/** State in chunks of odd lengths, so that there is padding. */
function state(next, noise) {
  const last = next(4)
  return Array.from({ length: last + 1 }, (_, chunk) => {
    const data = noise(1 + next(50_000))
    const payload = chunk > 0 ? data : { formatLength: 0, optionsLength: 0, format: '', options: '', data }
    return { type: 'device-state', device: 0, payload, goesOn: chunk < last }
  })
}

// As a program it writes to standard output, until it is killed or done.
if (process.argv[1]?.endsWith('mixed-stream.mjs')) {
  const [mib, seed] = process.argv.slice(2).map(Number)
  for (const piece of mixedStream(mib * 2 ** 20, seed)) {
    for (let at = 0; at < piece.length; ) at += writeSync(1, piece, at)
  }
}
