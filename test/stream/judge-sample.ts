import { readFileSync } from 'node:fs'
import type { Finding } from '../../src/findings/index.ts'
import { joined } from '../../src/layout/index.ts'
import { findFormat } from '../../src/registry/index.ts'
import { MigrationStreamWriter, migrationStreamFormat, type RecordInput } from '../../src/stream/index.ts'
import { streamOf, UUID } from './sample.ts'

const GUEST = new URL('../../fixtures/guests/g1-igb-q10/', import.meta.url)
const bytesOf = (name: string) => Uint8Array.from(readFileSync(new URL(name, GUEST)))

/** What was captured of a function of a real guest. */
export const captured = (name: string) => ({
  config: bytesOf(`config/${name}.bin`),
  table: bytesOf(`msix/${name}.table.bin`),
  pba: bytesOf(`msix/${name}.pba.bin`),
})

export const device = (vendorId: number, deviceId: number, number = 0): RecordInput => ({
  type: 'device',
  device: number,
  payload: {
    vendorId,
    deviceId,
    subsystemVendorId: 0,
    subsystemId: 0,
    classCode: 0x020000,
    revisionId: 1,
    addressLength: 12,
    driverLength: 7,
    compatibilityLength: 0,
    address: '0000:01:10.0',
    driver: 'igbvf  ',
    compatibility: '',
  },
})

export const design = (name: string, number?: number, variant = ''): RecordInput => ({
  type: 'design',
  ...(number === undefined ? {} : { device: number }),
  payload: { nameLength: name.length, variantLength: variant.length, name, variant },
})

export const bytes = (type: 'config-space' | 'msix-table' | 'msix-pba', payload: Uint8Array): RecordInput => ({
  type,
  device: 0,
  payload,
})

export const blob = (format: string, data: Uint8Array, options = ''): RecordInput => ({
  type: 'device-state',
  device: 0,
  payload: { formatLength: format.length, optionsLength: options.length, format, options, data },
})

export const region = (base: bigint, length: bigint, pageSize = 4096, number = 0): RecordInput => ({
  type: 'memory-region',
  payload: { region: number, pageSize, base, length, nameLength: 3, name: 'ram' },
})

export const bitmap = (base: bigint, pages: bigint, data: Uint8Array, encoding = 'raw'): RecordInput => ({
  type: 'dirty-bitmap',
  payload: { base, pages, pageSize: 4096, round: 1, encodingLength: encoding.length, encoding, data },
})

export const pages = (firstPage: bigint, count: number, data: Uint8Array, content: 'data' | 'fill' = 'data') =>
  ({
    type: 'memory-pages',
    payload: { region: 0, round: 1, firstPage, pages: count, content, reserved: new Uint8Array(3), data },
  }) satisfies RecordInput

export const transition = (
  time: number,
  from: number,
  to: number,
  more: { result?: number; side?: 'source' | 'destination'; interface?: 'vfio-v1' | 'vfio-v2' } = {},
): RecordInput => ({
  type: 'state-transition',
  device: 0,
  payload: {
    time: BigInt(time),
    side: more.side ?? 'source',
    interface: more.interface ?? 'vfio-v2',
    reserved: new Uint8Array(2),
    from,
    to,
    result: more.result ?? 0,
  },
})

export const irq = (time: number, vector = 0): RecordInput => ({
  type: 'irq-event',
  device: 0,
  payload: { time: BigInt(time), side: 'source', what: 'raised', reserved: new Uint8Array(2), vector },
})

export const traceLine = (line: string, number?: number): RecordInput => ({
  type: 'trace-event',
  ...(number === undefined ? {} : { device: number }),
  payload: { line },
})

const format = migrationStreamFormat(findFormat)

/** What is found in a stream that is complete. */
export const findingsOf = (records: readonly RecordInput[]): Finding[] => format.inspect(streamOf(records)).findings

/** What is found in a stream that was stopped behind these records, besides that it was. */
export function findingsOfCut(records: readonly RecordInput[]): Finding[] {
  const writer = new MigrationStreamWriter({ uuid: UUID, index: false })
  const stream = joined([writer.begin(), ...records.flatMap((record) => writer.record(record))])
  return format.inspect(stream).findings.filter(({ code }) => code !== 'stream/end-missing')
}
