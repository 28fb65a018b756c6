import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'

export const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

export const GUESTS = ['g1-igb-q10', 'g2-nvme-q10', 'g2-nvme-q7', 'g3-zoo-q10'] as const
export type Guest = (typeof GUESTS)[number]

const guests = new URL('../../fixtures/guests/', import.meta.url)

/** A file of a guest's folder, decompressed. */
export function fixture(guest: Guest, name: string): Uint8Array {
  const content = readFileSync(new URL(`${guest}/${name}`, guests))
  return Uint8Array.from(name.endsWith('.gz') ? gunzipSync(content) : content)
}

export function fixtureText(guest: Guest, name: string): string {
  return new TextDecoder().decode(fixture(guest, name))
}

/** Configuration spaces of a guest by address, from the raw files. */
export function configs(guest: Guest): Map<string, Uint8Array> {
  const names = readdirSync(new URL(`${guest}/config/`, guests)).sort()
  return new Map(
    names.map((name) => {
      const [, domain, bus, device] = /^(....)-(..)-(..\..)\.bin$/.exec(name) as unknown as string[]
      return [`${domain}:${bus}:${device}`, fixture(guest, `config/${name}`)]
    }),
  )
}

export function isInstalled(tool: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${tool}`], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Runs a tool on bytes in a file (its last argument) and returns what it prints. */
export function runTool(tool: string, args: readonly string[], bytes: Uint8Array): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'vfmig-'))
  try {
    const file = join(folder, 'input')
    writeFileSync(file, bytes)
    const env = { ...process.env, LC_ALL: 'C' }
    return Uint8Array.from(execFileSync(tool, [...args, file], { env, maxBuffer: 2 ** 28, stdio: 'pipe' }))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Bytes with repeated rows and printable text, as real structures have, besides random ones. */
export const dumpBytes: fc.Arbitrary<Uint8Array> = fc
  .array(
    fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 40 }),
      fc.tuple(fc.nat(255), fc.integer({ min: 1, max: 100 })).map(([byte, count]) => new Uint8Array(count).fill(byte)),
      fc.string({ minLength: 1, maxLength: 20 }).map(encode),
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((parts) => Uint8Array.from(parts.flatMap((part) => [...part])))

/** A text with one damage: a byte changed, removed, inserted or doubled, a line dropped, or the end cut off. */
export function damaged(text: Uint8Array): fc.Arbitrary<Uint8Array> {
  const place = fc.nat(text.length)
  return fc.oneof(
    fc
      .tuple(place, fc.nat(255))
      .map(([at, byte]) => Uint8Array.from([...text.slice(0, at), byte, ...text.slice(at + 1)])),
    fc.tuple(place, fc.nat(255)).map(([at, byte]) => Uint8Array.from([...text.slice(0, at), byte, ...text.slice(at)])),
    place.map((at) => Uint8Array.from([...text.slice(0, at), ...text.slice(at + 1)])),
    place.map((at) => text.slice(0, at)),
    fc
      .tuple(place, place)
      .map(([a, b]) => Uint8Array.from([...text.slice(0, Math.min(a, b)), ...text.slice(Math.max(a, b))])),
    place.map((at) => Uint8Array.from([...text.slice(0, at), ...text.slice(0, at), ...text.slice(at)])),
  )
}
