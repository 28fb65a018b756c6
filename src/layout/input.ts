/** What every decoder accepts. */
export type BytesInput = Uint8Array | DataView | ArrayBuffer

/** Default limit of codecs that hold their whole input in memory: 256 MiB. */
export const DEFAULT_MAX_BYTES = 256 * 1024 * 1024

/** The one gate for input: a byte view of it, without copying. Anything else is a TypeError. */
export function toBytes(input: BytesInput): Uint8Array {
  if (input instanceof Uint8Array) {
    // A Node Buffer is a subclass: plain views keep values the same wherever they came from.
    if (input.constructor === Uint8Array) return input
    return new Uint8Array(input.buffer, input.byteOffset, input.byteLength)
  }
  if (input instanceof DataView) return new Uint8Array(input.buffer, input.byteOffset, input.byteLength)
  if (input instanceof ArrayBuffer) return new Uint8Array(input)
  throw new TypeError('Bytes are given as Uint8Array, Buffer, DataView or ArrayBuffer.')
}

/** A DataView of the same bytes. */
export function toView(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
