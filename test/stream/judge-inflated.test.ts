import { inflateRawSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { type RecordInput, useInflateAtOnce } from '../../src/stream/index.ts'
import { bitmap, blob, bytes, captured, design, device, findingsOf, region } from './judge-sample.ts'
import { deflated, streamOf } from './sample.ts'

const vf = captured('0000-01-10.0')
const PARTS: readonly RecordInput[] = [
  device(0x8086, 0x10ca),
  design('vfio-v2'),
  bytes('config-space', deflated(vf.config)),
  bytes('msix-table', deflated(vf.table)),
  bytes('msix-pba', deflated(vf.pba)),
].map((record, at) => (at > 1 ? { ...record, isDeflated: true } : record))

/** A record as another writer compresses it: its payload is cut out of a stream. */
function compressed(record: RecordInput): RecordInput {
  const stream = streamOf([record], false)
  const length = Number(new DataView(stream.buffer, stream.byteOffset).getBigUint64(64 + 32, true))
  return { ...record, payload: deflated(stream.subarray(112, 112 + length)), isDeflated: true }
}

const codes = (records: readonly RecordInput[]) => findingsOf(records).map(({ code }) => code)
const serious = (records: readonly RecordInput[]) =>
  findingsOf(records).filter(({ severity }) => severity === 'error' || severity === 'warning')

const inflate = () => useInflateAtOnce((data, most) => inflateRawSync(data, { maxOutputLength: Math.max(1, most) }))

test('compressed parts are judged where the platform inflates at once', () => {
  const shorter = bytes('msix-table', deflated(vf.table.subarray(16)))
  const wrong = PARTS.map((record, index) => (index === 3 ? { ...record, payload: shorter.payload } : record))
  expect(serious(PARTS)).toEqual([])
  expect(serious(wrong)).toEqual([])
  inflate()
  expect(serious(PARTS)).toEqual([])
  expect(codes(wrong)).toContain('stream/msix-table-length')
})

test.each([
  { code: 'stream/vendor-mismatch', records: [blob('mlx5-state', new Uint8Array(64))] },
  { code: 'stream/bitmap-outside-memory', records: [region(0n, 0x9000n), bitmap(0x10000n, 8n, new Uint8Array(1))] },
  { code: 'stream/state-not-decoded', records: [blob('vf-migration-status-2015', new Uint8Array(0))] },
])('$code', ({ code, records }) => {
  const all = [...PARTS, ...records.map((record, at) => (at === records.length - 1 ? compressed(record) : record))]
  inflate()
  const finding = findingsOf(all).find((one) => one.code === code)
  // The bytes themselves stand nowhere in the stream: it is the record that is meant.
  expect(finding?.path.slice(0, 2)).toEqual(['records', all.length - 1])
})

test.each([
  { name: 'damaged', payload: Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 0, 255, 255) },
  { name: 'of more than 16 MiB', payload: Uint8Array.of(1, 0, 0, 1, 0, 0, 0, 0, 3, 0) },
  { name: 'shorter than a length', payload: Uint8Array.of(1, 2, 3) },
  { name: 'shorter than stated', payload: Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 0, 3, 0) },
])('compressed bytes that are $name are passed over', ({ payload }) => {
  inflate()
  expect(codes([device(1, 1), { type: 'msix-table', device: 0, payload, isDeflated: true }])).not.toContain(
    'stream/msix-table-length',
  )
})
