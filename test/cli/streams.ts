import { deflateRawSync } from 'node:zlib'
import type { RecordInput } from '../../src/stream/index.ts'
import { streamOf } from '../stream/sample.ts'
import { bytesOf, IGB, VF } from './support.ts'

/** Bytes that do not compress, and are the same each time. */
export function noise(length: number): Uint8Array {
  let state = 1
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    return state >>> 24
  })
}

/** Blob of a state as the writer wants it. */
export const blob = (data: Uint8Array, format = '') => ({
  formatLength: format.length,
  optionsLength: 0,
  format,
  options: '',
  data,
})

/** A payload as another compressor makes it. */
export function deflatedBy(level: number, bytes: Uint8Array): Uint8Array {
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(bytes.length))
  return Buffer.concat([length, deflateRawSync(bytes, { level })])
}

export const TABLE = bytesOf(`${IGB}/msix/0000-01-10.0.table.bin`)
export const STATE = noise(200_000)
const text = (length: number) => new TextEncoder().encode('state of a device '.repeat(length))
export const COMPRESSIBLE = text(5000)
const page = (fill: number) => new Uint8Array(4096).fill(fill)

const region = (number: number, pages: number): RecordInput => ({
  type: 'memory-region',
  payload: {
    region: number,
    pageSize: 4096,
    base: 0n,
    length: BigInt(pages * 4096),
    nameLength: 2,
    name: `r${number}`,
  },
})

export const pages = (firstPage: number, data: Uint8Array, count = data.length / 4096): RecordInput => ({
  type: 'memory-pages',
  payload: {
    region: 0,
    round: 1,
    firstPage: BigInt(firstPage),
    pages: count,
    content: data.length === 1 ? 'fill' : 'data',
    reserved: new Uint8Array(3),
    data,
  },
})

/** What `vfmig extract --what memory` gives of the sample. */
export const IMAGE = Buffer.concat([page(3), page(0), page(9), page(7), page(7), new Uint8Array(4096 * 3)])

export const RECORDS: readonly RecordInput[] = [
  { type: 'config-space', device: 0, payload: bytesOf(VF) },
  { type: 'msix-table', device: 0, payload: TABLE },
  { type: 'device-state', device: 0, payload: blob(STATE.subarray(0, 100_000), 'mlx5-state'), goesOn: true },
  { type: 'device-state', device: 0, payload: STATE.subarray(100_000) },
  {
    type: 'pf-state',
    device: 0,
    payload: deflatedBy(6, Buffer.concat([new Uint8Array(3), COMPRESSIBLE])),
    isDeflated: true,
  },
  {
    type: 'ring-state',
    device: 0,
    payload: deflatedBy(1, Buffer.concat([new Uint8Array(3), COMPRESSIBLE])),
    isDeflated: true,
  },
  { type: 'pf-state', device: 0, payload: blob(Uint8Array.of(1, 2, 3)) },
  region(0, 8),
  pages(0, Buffer.concat([page(1), page(2), page(3)])),
  pages(0, page(3)),
  pages(1, Uint8Array.of(0), 1),
  pages(2, page(9)),
  pages(3, Uint8Array.of(7), 2),
  { type: 'trace-event', payload: { line: '{"event":1}' } },
  { type: 'trace-event', payload: { line: '{"event":2}' } },
  { type: 900, isOptional: true, payload: Uint8Array.of(1, 2, 3, 4, 5) },
  { type: 'note', payload: { note: 'a note' } },
]
export const STREAM = streamOf(RECORDS)
