import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { joined, toView } from '../../layout/index.ts'
import { LONGEST_PAYLOAD } from '../../stream/index.ts'

// The platform's CompressionStream gives the same bytes; a stream is encoded from JSON in one go, so it cannot wait.

/** The payload that compressing bytes gives. */
export function deflatedAgain(bytes: Uint8Array): Uint8Array {
  const length = new Uint8Array(8)
  toView(length).setBigUint64(0, BigInt(bytes.length), true)
  return joined([length, deflateRawSync(bytes)])
}

/** The inflated bytes of a payload where compressing them gives the same payload; undefined where it does not. */
export function inflatedExactly(payload: Uint8Array): Uint8Array | undefined {
  if (payload.length < 8) return undefined
  let bytes: Uint8Array
  try {
    bytes = inflateRawSync(payload.subarray(8), { maxOutputLength: LONGEST_PAYLOAD })
  } catch {
    return undefined
  }
  return Buffer.compare(deflatedAgain(bytes), payload) === 0 ? bytes : undefined
}
