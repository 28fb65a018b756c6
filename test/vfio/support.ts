import { fromHex } from '../../src/layout/index.ts'

/** Bytes of hexadecimal text with spaces. */
export function hex(text: string): Uint8Array {
  const bytes = fromHex(text.replaceAll(/\s/g, ''))
  if (bytes === undefined) throw new Error(`Not hexadecimal: ${text}.`)
  return bytes
}
