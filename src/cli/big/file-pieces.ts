import { readSync } from 'node:fs'

const PIECE = 1 << 20

/**
 * The bytes of an open file from a place on, at most 1 MiB at a time; fewer than asked for where the file ends.
 *
 * @throws a system error that names the path
 */
export function* filePieces(
  file: number,
  path: string,
  { offset, length }: { readonly offset: number; readonly length: number },
): Generator<Uint8Array> {
  for (let at = 0; at < length; ) {
    const piece = new Uint8Array(Math.min(PIECE, length - at))
    let count: number
    try {
      count = readSync(file, piece, 0, piece.length, offset + at)
    } catch (error) {
      // The system does not say of what.
      throw Object.assign(error as Error, { path })
    }
    if (count === 0) return
    yield piece.subarray(0, count)
    at += count
  }
}
