import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { expect } from 'vitest'

const root = new URL('../../fixtures/', import.meta.url)

/** Bytes of a fixture, those of a compressed one as they were. */
export function fixture(path: string): Uint8Array {
  const bytes = readFileSync(new URL(path, root))
  return new Uint8Array(path.endsWith('.gz') ? gunzipSync(bytes) : bytes)
}

/** What a program of other hands found. */
export const facts = <T>(path: string): T => JSON.parse(new TextDecoder().decode(fixture(path))) as T

/** Large runs of bytes take long to compare one by one. */
export function expectSame(found: Uint8Array, expected: Uint8Array): void {
  if (Buffer.compare(found, expected) !== 0) expect(found).toEqual(expected)
}
