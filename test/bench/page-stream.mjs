// Makes a migration stream of any length piece by piece: a VF with all that it needs, and its memory in rounds.
import { createHash, randomFillSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import zlib from 'node:zlib'
import { useNativeHashes } from '../../dist/hash/index.js'
import { CHUNK, MigrationStreamWriter } from '../../dist/stream/index.js'

const GUEST = join('fixtures', 'guests', 'g1-igb-q10')
const VF = '0000-01-10.0'
const PAGE = 4096
/** Memory of the guest: 8 GiB, so that a longer stream has several rounds. */
const MEMORY_PAGES = 2 ** 21
/** Random bytes in which the pages of a record begin at a place of their own. */
const POOL = 64 << 20

useNativeHashes({
  ...(zlib.crc32 === undefined ? {} : { crc32: (bytes, before) => zlib.crc32(bytes, before) }),
  sha256: () => createHash('sha256'),
})

/**
 * The pieces of a stream with so many bytes of pages, each valid until the next.
 *
 * @param pages in a record
 */
export function* pageStream(bytes, pages = CHUNK / PAGE) {
  const pool = randomFillSync(new Uint8Array(POOL + pages * PAGE))
  const writer = new MigrationStreamWriter({ uuid: randomFillSync(new Uint8Array(16)) })
  yield writer.begin()
  for (const record of machine()) yield* writer.record(record)
  const all = Math.ceil(bytes / PAGE)
  for (let at = 0, round = 1; at < all; round++) {
    yield* writer.record(bitmapOf(round, pool))
    for (let first = 0; first < MEMORY_PAGES && at < all; first += pages, at += pages) {
      const start = (Math.imul(at + 1, 2654435761) >>> 0) % POOL
      yield* writer.record(pagesOf(first, round, pool.subarray(start, start + pages * PAGE)))
    }
  }
  yield* deviceState(writer, pool)
  yield* writer.end()
}

/** What is sent before memory: design, device, its configuration and interrupts, the region. */
export function machine() {
  const captured = (folder, suffix) => Uint8Array.from(readFileSync(join(GUEST, folder, `${VF}${suffix}.bin`)))
  const config = captured('config', '')
  const [vendorId, deviceId] = new Uint16Array(config.slice(0, 4).buffer)
  return [
    { type: 'design', payload: { nameLength: 7, variantLength: 0, name: 'vfio-v2', variant: '' } },
    {
      type: 'device',
      device: 0,
      payload: {
        ...{ vendorId, deviceId, subsystemVendorId: 0, subsystemId: 0, classCode: 0x020000, revisionId: 1 },
        ...{ addressLength: 12, driverLength: 5, compatibilityLength: 0 },
        ...{ address: '0000:01:10.0', driver: 'igbvf', compatibility: '' },
      },
    },
    { type: 'config-space', device: 0, payload: config },
    { type: 'msix-table', device: 0, payload: captured('msix', '.table') },
    { type: 'msix-pba', device: 0, payload: captured('msix', '.pba') },
    {
      type: 'memory-region',
      payload: {
        ...{ region: 0, pageSize: PAGE, base: 0n, length: BigInt(MEMORY_PAGES * PAGE) },
        ...{ nameLength: 6, name: 'pc.ram' },
      },
    },
  ]
}

export function bitmapOf(round, pool) {
  const data = pool.subarray(0, MEMORY_PAGES / 8)
  return {
    type: 'dirty-bitmap',
    payload: {
      ...{ base: 0n, pages: BigInt(MEMORY_PAGES), pageSize: PAGE, round, encodingLength: 3, encoding: 'raw', data },
    },
  }
}

export const pagesOf = (first, round, data) => ({
  type: 'memory-pages',
  payload: {
    ...{ region: 0, round, firstPage: BigInt(first), pages: data.length / PAGE, content: 'data' },
    ...{ reserved: new Uint8Array(3), data },
  },
})

/** 32 MiB of state that nobody knows the format of, in chunks. */
function* deviceState(writer, pool) {
  const chunks = 32
  for (let chunk = 0; chunk < chunks; chunk++) {
    const data = pool.subarray(chunk * CHUNK, (chunk + 1) * CHUNK)
    const payload = chunk > 0 ? data : { formatLength: 0, optionsLength: 0, format: '', options: '', data }
    yield* writer.record({ type: 'device-state', device: 0, payload, goesOn: chunk < chunks - 1 })
  }
}
