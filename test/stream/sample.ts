import { deflateRawSync } from 'node:zlib'
import type { Finding } from '../../src/findings/index.ts'
import { joined } from '../../src/layout/index.ts'
import { findFormat } from '../../src/registry/index.ts'
import { type MigrationStream, MigrationStreamWriter, type RecordInput, streamCodes } from '../../src/stream/index.ts'

export const UUID = Uint8Array.from({ length: 16 }, (_, at) => 17 * at)

/** The bytes of a stream with these records. */
export function streamOf(records: readonly RecordInput[], index = true): Uint8Array {
  return joined(piecesOf(records, index))
}

/** Header, records, index and end record of a stream, each by itself. */
export function piecesOf(records: readonly RecordInput[], index = true): Uint8Array[] {
  const writer = new MigrationStreamWriter({ uuid: UUID, index })
  return [writer.begin(), ...records.flatMap((record) => writer.record(record)), ...writer.end()]
}

export interface Inspected {
  readonly value: MigrationStream | undefined
  readonly findings: Finding[]
}

/** What the registry's format, which `vfmig validate` uses, makes of bytes; of the findings those about the framing. */
export function inspect(bytes: Uint8Array): Inspected {
  const format = findFormat('migration-stream')
  if (format === undefined) throw new Error('The format is not registered.')
  const { value, findings } = format.inspect(bytes) as Inspected
  return { value, findings: findings.filter(({ code, path }) => code in streamCodes.entries || path[0] !== 'records') }
}

export const codesOf = ({ findings }: Inspected) => findings.map(({ code }) => code)

/** Bytes without repetition: a generator of random numbers with a fixed beginning. */
export function noise(length: number, seed = 1): Uint8Array {
  let state = seed
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state >>> 24
  })
}

/** Bytes as a compressed payload has them. */
export function deflated(bytes: Uint8Array): Uint8Array {
  const length = new Uint8Array(8)
  new DataView(length.buffer).setBigUint64(0, BigInt(bytes.length), true)
  return joined([length, Uint8Array.from(deflateRawSync(bytes))])
}

const blob = (format: string, data: Uint8Array) => ({
  formatLength: format.length,
  optionsLength: 0,
  format,
  options: '',
  data,
})

const moment = (time: bigint) => ({ time, side: 'source' as const, reserved: new Uint8Array(2) })

const pages = (firstPage: bigint, data: Uint8Array) => ({
  ...{ region: 0, round: 1, firstPage, pages: data.length / 4096, content: 'data' as const },
  ...{ reserved: new Uint8Array(3), data },
})

/** A record of every type that a caller writes, a part of three chunks, compressed parts, and types of the future. */
export const ALL_RECORDS: readonly RecordInput[] = [
  { type: 'note', payload: { note: 'a sample' } },
  {
    type: 'device',
    device: 0,
    payload: {
      ...{ vendorId: 0x8086, deviceId: 0x10ed, subsystemVendorId: 0x8086, subsystemId: 1, classCode: 0x20000 },
      ...{ revisionId: 1, addressLength: 12, driverLength: 7, compatibilityLength: 3 },
      ...{ address: '0000:01:10.0', driver: 'ixgbevf', compatibility: 'v=1' },
    },
  },
  { type: 'design', device: 0, payload: { nameLength: 7, variantLength: 1, name: 'vfio-v2', variant: 'x' } },
  { type: 'config-space', device: 0, payload: noise(64, 2) },
  { type: 'msix-table', device: 0, payload: noise(48, 3) },
  { type: 'msix-pba', device: 0, payload: noise(8, 4) },
  { type: 'faked-capability', device: 0, payload: blob('vf-migration-status-2015', noise(4, 5)) },
  { type: 'pf-state', device: 0, payload: blob('', noise(5, 6)) },
  { type: 'mmio-registers', device: 0, payload: blob('', noise(16, 7)) },
  { type: 'ring-state', device: 0, payload: blob('', noise(3, 8)) },
  { type: 'device-state', device: 0, payload: blob('', noise(24, 9)), goesOn: true },
  { type: 'device-state', device: 0, payload: noise(20, 10), goesOn: true },
  { type: 'device-state', device: 0, payload: deflated(new Uint8Array(200)), isDeflated: true },
  {
    type: 'memory-region',
    payload: { region: 0, pageSize: 4096, base: 0n, length: 0x10000n, nameLength: 6, name: 'pc.ram' },
  },
  {
    type: 'dirty-bitmap',
    payload: { base: 0n, pages: 16n, pageSize: 4096, round: 1, encodingLength: 3, encoding: 'raw', data: noise(2, 11) },
  },
  {
    type: 'memory-pages',
    payload: { ...pages(3n, new Uint8Array(0)), pages: 4, content: 'fill', data: Uint8Array.of(7) },
  },
  { type: 'memory-pages', payload: deflated(new Uint8Array(4128)), isDeflated: true },
  {
    type: 'state-transition',
    device: 0,
    payload: { ...moment(5n), interface: 'vfio-v2', reserved: new Uint8Array(2), from: 2, to: 3, result: -5 },
  },
  { type: 'irq-event', device: 0, payload: { ...moment(6n), what: 'raised', vector: 1 } },
  { type: 'trace-event', payload: { line: '{"a":1}' } },
  { type: 'vendor-private', device: 0, payload: { vendorId: 0x8086, subtype: 1, data: noise(9, 12) } },
  { type: 77, device: 0, payload: noise(13, 13), isOptional: true },
]

/** Two MiB of memory in pieces of 256 KiB, small records between them, and a part of eight chunks. */
export const LARGE_RECORDS: readonly RecordInput[] = [
  ...Array.from({ length: 8 }, (_, at): RecordInput[] => [
    { type: 'memory-pages', payload: pages(BigInt(64 * at), noise(1 << 18, at)) },
    { type: 'note', payload: { note: `piece ${at}` } },
  ]).flat(),
  ...Array.from({ length: 8 }, (_, at): RecordInput => {
    const data = noise(30000 + at, at)
    return { type: 'device-state', device: 0, payload: at === 0 ? blob('', data) : data, goesOn: at < 7 }
  }),
]
