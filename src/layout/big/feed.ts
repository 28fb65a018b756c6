import type { PushReader, ReadEvent } from './events.ts'

/** Bytes that a reader is given at once, least and most. */
const LEAST = 1 << 12
const MOST = 1 << 20
/** Events of a piece above which the next pieces become smaller. */
const MANY = 2048

/**
 * Gives chunks to a reader in pieces. What is said of a piece is held until it is heard, and of tiny parts that is a
 * multiple of their bytes: where much is said, pieces become smaller.
 *
 * @returns what takes a chunk and says what was told of each piece of it
 */
export function feeding(reader: PushReader): (chunk: Uint8Array) => Generator<ReadEvent[]> {
  let piece = 1 << 16
  return function* (chunk) {
    for (let at = 0; at < chunk.length; ) {
      const bytes = chunk.subarray(at, at + piece)
      const told = reader.push(bytes)
      at += bytes.length
      piece = told.length > MANY ? Math.max(LEAST, piece >> 1) : Math.min(MOST, piece << 1)
      yield told
    }
  }
}
