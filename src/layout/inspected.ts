import { DecodeError } from '../findings/index.ts'
import { errorFinding } from './codec.ts'
import type { FormatInspection } from './format.ts'
import { type BytesInput, toBytes } from './input.ts'

/** What a look at an input gives; of one that cannot be decoded, why. */
export function inspected<V>(input: BytesInput, look: (bytes: Uint8Array) => FormatInspection<V>): FormatInspection<V> {
  const bytes = toBytes(input)
  try {
    return look(bytes)
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    return { value: undefined, findings: [errorFinding(error, bytes.length)] }
  }
}
