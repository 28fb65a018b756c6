/** Bytes of an input that can be looked at before it is read: those of a file, or of memory. */
export interface Ahead {
  /** Bytes of the whole. */
  readonly size: number
  /** A part of it; shorter where it ends before. Valid until the next call. */
  read(offset: number, length: number): Uint8Array
}

/** Memory, all of it. */
export const aheadOf = (bytes: Uint8Array): Ahead => ({
  size: bytes.length,
  read: (offset, length) => bytes.subarray(offset, offset + length),
})
