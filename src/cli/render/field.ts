import { counted } from '../../findings/index.ts'
import { type Located, toHex } from '../../layout/index.ts'
import { printable } from './printable.ts'

/** Most bytes of a run that are shown; the rest is counted. */
const MOST_BYTES = 16

/** A field's value in a few words. */
export function fieldText({ type, value }: Located): string {
  if (value instanceof Uint8Array) return runText(value)
  if (typeof value === 'string') return type.kind === 'text' ? JSON.stringify(printable(value)) : printable(value)
  if (typeof value === 'number' || typeof value === 'bigint') {
    const hex = (type.kind === 'int' || type.kind === 'span') && type.hex
    // In a log the digits of a number are text: its size is that of the type.
    const digits = type.kind === 'int' ? type.size * 2 : 0
    return hex ? `0x${value.toString(16).padStart(digits, '0')}` : String(value)
  }
  return String(value)
}

/** A run of bytes: all of a short one, the start of a long one, and whether it is all zeros. */
function runText(bytes: Uint8Array): string {
  const size = counted(bytes.length, 'byte')
  if (bytes.length > 0 && bytes.every((byte) => byte === 0)) return `${size}, all zero`
  const shown = toHex(bytes.subarray(0, MOST_BYTES)).replaceAll(/../g, '$& ').trim()
  return bytes.length <= MOST_BYTES ? shown : `${shown} ... (${size})`
}

/**
 * A word with bit fields on one line: flags that are set by name, numbers as name=value, reserved bits only where
 * they are not zero.
 */
export function bitsText(members: readonly Located[]): string {
  const parts: string[] = []
  for (const { path, type, value } of members) {
    const name = String(path.at(-1))
    if (type.kind !== 'span') continue
    if (type.as === 'flag') {
      if (value === true) parts.push(name)
    } else if (type.as === 'rest') {
      if (BigInt(value as number | bigint) !== 0n) parts.push(`${name}=0x${(value as number | bigint).toString(16)}`)
    } else {
      const number = typeof value === 'number' || typeof value === 'bigint'
      parts.push(`${name}=${number && type.hex ? `0x${value.toString(16)}` : printable(String(value))}`)
    }
  }
  return parts.length === 0 ? 'none set' : parts.join(' ')
}
