import { readdirSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { LogFormat, Step } from '../../../src/capture/index.ts'
import type { OptionValues } from '../../../src/layout/index.ts'

export { encode } from '../support.ts'

const root = new URL('../../../fixtures/', import.meta.url)

/** A fixture, decompressed. */
export function fixture(path: string): Uint8Array {
  const content = readFileSync(new URL(path, root))
  return Uint8Array.from(path.endsWith('.gz') ? gunzipSync(content) : content)
}

/** Names of the files of a folder of fixtures. */
export function fixturesIn(folder: string): string[] {
  return readdirSync(new URL(folder, root)).sort()
}

/** Names of the migrations whose traces and facts are there. */
export const MIGRATIONS = fixturesIn('vfio-v2/expected/').map((name) => name.replace('.json', ''))

/** What another program found in a migration, as far as the tests use it. */
export interface Facts {
  readonly source_result: string
  readonly vfio_events_source: readonly string[]
  readonly vfio_events_destination?: readonly string[]
  readonly vfio_sections: readonly {
    readonly type_byte: number
    readonly section_id: number
    readonly idstr: string
    readonly records: readonly { readonly flag: string; readonly length?: number }[]
  }[]
}

export function factsOf(migration: string): Facts {
  return JSON.parse(new TextDecoder().decode(fixture(`vfio-v2/expected/${migration}.json`)))
}

export function traceOf(migration: string): Uint8Array {
  return fixture(`vfio-v2/traces/${migration}.trace.txt.gz`)
}

export const DEVICES = ['direct-1port', 'direct-2port', 'igb-virtfn0', 'nvme'] as const

export function ioctlsOf(device: string): Uint8Array {
  return fixture(`vfio-v2/ioctl/${device}/ioctls.jsonl.gz`)
}

/** The events of a log, as a decoder gives them. */
export function stepsOf<R extends object>(format: LogFormat<R>, bytes: Uint8Array, options?: OptionValues): Step[] {
  return format.events(format.decode(bytes, options), options)
}

/** What is found in a log, as `line severity code`. */
export function found<R extends object>(format: LogFormat<R>, bytes: Uint8Array, options?: OptionValues): string[] {
  const { findings } = format.inspect(bytes, options)
  return findings.map(({ line, severity, code }) => `${line} ${severity} ${code}`)
}
