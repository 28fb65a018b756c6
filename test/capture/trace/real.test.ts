import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { openDocument } from '../../../src/registry/index.ts'
import { DEVICES, fixture, fixturesIn, ioctlsOf, MIGRATIONS, traceOf } from './support.ts'

interface Case {
  readonly name: string
  readonly format: string
  readonly bytes: Uint8Array
}

const LOGS: Readonly<Record<string, string>> = { qmp: 'qmp-log', qemu: 'qemu-trace-log', strace: 'strace-log' }

const cases: readonly Case[] = [
  ...DEVICES.map((name) => ({ name, format: 'vfio-ioctl-log', bytes: ioctlsOf(name) })),
  ...MIGRATIONS.map((name) => ({ name, format: 'qemu-trace-log', bytes: traceOf(name) })),
  ...fixturesIn('logs/')
    .filter((name) => name.endsWith('.txt'))
    .map((name) => ({
      name,
      format: LOGS[name.split('-')[0] as string] as string,
      bytes: fixture(`logs/${name}`),
    })),
]

/** Migrations that failed: what the log says of them is so. */
const FAILED: Readonly<Record<string, readonly string[]>> = {
  'q100-v-shortreads-nop2p': ['protocol/legal-request-refused'],
  'qmp-failed.txt': ['trace/migration-failed'],
}

describe.each(cases)('$name', ({ name, format, bytes }) => {
  test('is detected, also compressed, and every line is understood', async () => {
    for (const input of [bytes, Uint8Array.from(gzipSync(bytes))]) {
      const document = await openDocument(input, { name: 'log' })
      expect(document.format.name).toBe(format)
      const { records } = document.decode() as { records: { kind: string; raw?: string }[] }
      expect(records.filter(({ kind, raw }) => kind === 'text' || raw !== undefined)).toEqual([])
    }
  })

  test('comes back byte by byte, also from JSON', async () => {
    const { format: own, ...document } = await openDocument(bytes)
    const value = document.decode()
    expect(Buffer.compare(own.encode(value), bytes)).toBe(0)
    const json = JSON.parse(JSON.stringify(own.toJson(value)))
    expect(own.fromJson(json)).toEqual(value)
  })

  test('has nothing wrong but what went wrong', async () => {
    const { findings } = (await openDocument(bytes)).inspect()
    const serious = findings.filter(({ severity }) => severity !== 'info').map(({ code }) => code)
    expect(serious).toEqual(FAILED[name] ?? [])
  })
})
