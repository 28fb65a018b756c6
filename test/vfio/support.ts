import { expect } from 'vitest'
import { type Format, fromHex, type OptionValues } from '../../src/layout/index.ts'

/** Bytes of hexadecimal text with spaces. */
export function hex(text: string): Uint8Array {
  const bytes = fromHex(text.replaceAll(/\s/g, ''))
  if (bytes === undefined) throw new Error(`Not hexadecimal: ${text}.`)
  return bytes
}

/** Little-endian bytes of a number. */
export const le = (value: number | bigint, size: number) =>
  Array.from({ length: size }, (_, at) => Number((BigInt(value) >> BigInt(8 * at)) & 0xffn))

/** Bytes in which each number stands where it belongs: `[offset, size, value]`. */
export function image(length: number, parts: readonly (readonly [number, number, number | bigint])[]): Uint8Array {
  const bytes = new Uint8Array(length)
  for (const [offset, size, value] of parts) bytes.set(le(value, size), offset)
  return bytes
}

/** `severity code path` of every finding, those of the description itself left out. */
export function judged<V>(format: Format<V>, bytes: Uint8Array, options?: OptionValues): string[] {
  const { value, findings } = format.inspect(bytes, options)
  if (value !== undefined) expect(format.encode(value, options)).toEqual(bytes)
  for (const { offset, length, message } of findings) {
    expect(offset + length).toBeLessThanOrEqual(bytes.length)
    expect(message).toMatch(/^[A-Z0-9].*\.$/s)
  }
  return findings
    .filter(({ code }) => !code.startsWith('layout/reserved') && code !== 'layout/unknown-value')
    .map(({ severity, code, path }) => `${severity} ${code} ${path.join('.')}`.trim())
}
