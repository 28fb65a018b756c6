import { readdirSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

/** A record as another program found it. */
export interface OracleRecord {
  readonly offset: number
  readonly flag: string
  readonly length?: number
  readonly data?: string
  readonly implicit_length?: number
  readonly decoded?: {
    readonly pci_device_version_be32: number
    readonly config_bytes: number
    readonly config_first_64: string
    readonly irq_state_16: string
    readonly msix_table?: readonly string[]
    readonly msix_pba?: string
  }
}

export interface OracleSection {
  readonly offset: number
  readonly type: string
  readonly section_id: number
  readonly idstr: string
  readonly records: readonly OracleRecord[]
}

export interface OraclePacket {
  readonly idstr: string
  readonly instance_id: number
  readonly idx_be32: number
  readonly flags_be32: number
  readonly version_be32: number
  readonly next_packet_size: number
  readonly offset: number
}

/** What another program found in a stream. */
export interface Oracle {
  readonly scenario: string
  readonly source_result: string
  readonly vfio_sections: readonly OracleSection[]
  readonly multifd_channels?: readonly { readonly device_state_packets?: readonly OraclePacket[] }[]
  readonly device_state: Readonly<Record<string, { bytes: number; sha256: string; hex: string }>>
  readonly vmdesc?: { readonly vfio_entries: readonly { readonly name: string; readonly size: number }[] }
}

const root = new URL('../../../fixtures/vfio-v2/', import.meta.url)

export const scenarios = readdirSync(new URL('expected/', root)).map((file) => file.replace('.json', ''))

export const oracleOf = (name: string): Oracle =>
  JSON.parse(readFileSync(new URL(`expected/${name}.json`, root), 'utf8')) as Oracle

export const streamOf = (name: string): Uint8Array =>
  new Uint8Array(gunzipSync(readFileSync(new URL(`streams/${name}.mig.gz`, root))))

/** A multifd channel, counted from 0. */
export const channelOf = (name: string, channel: number): Uint8Array =>
  new Uint8Array(gunzipSync(readFileSync(new URL(`streams/${name}.chan${channel + 1}.bin.gz`, root))))

/** Lines of QEMU's own trace. */
export const traceOf = (name: string): string =>
  gunzipSync(readFileSync(new URL(`traces/${name}.trace.txt.gz`, root))).toString()
