import { expect } from 'vitest'
import { DecodeError } from '../../src/findings/index.ts'
import type { CodeEntries, Format, Json, OptionValues } from '../../src/layout/index.ts'

/** `severity code path` of every finding; the bytes have to come back from the value and from its JSON. */
export function findingsOf<V>(format: Format<V>, bytes: Uint8Array, options?: OptionValues): string[] {
  const { value, findings } = format.inspect(bytes, options)
  for (const { message, offset, length } of findings) {
    expect(message).toMatch(/^[A-Z0-9"].*\.$/s)
    expect(offset + length).toBeLessThanOrEqual(bytes.length)
  }
  if (value !== undefined) {
    expect(format.encode(value, options)).toEqual(bytes)
    const json = JSON.parse(JSON.stringify(format.toJson(value))) as Json
    expect(format.encode(format.fromJson(json, options), options)).toEqual(bytes)
  }
  return findings.map(({ severity, code, path }) => `${severity} ${code} ${path.join('.')}`.trim())
}

/** What decoding fails with: `code path @offset`. */
export function decodeErrorOf(format: Format<never>, bytes: Uint8Array, options?: OptionValues): string {
  try {
    format.decode(bytes, options)
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    const more = error.needsMore ? ' needs more' : ''
    return `${error.code} ${error.path.join('.')}@${error.offset}${more}`
  }
  return 'decoded'
}

/** Codes of an area that no test case causes. */
export function uncovered(codes: CodeEntries, area: string, found: readonly (readonly string[])[]): string[] {
  const covered = new Set(found.flat().flatMap((line) => line.split(' ')))
  return Object.keys(codes).filter((code) => code.startsWith(area) && !covered.has(code))
}
