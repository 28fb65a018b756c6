import { closeSync, openSync, readSync } from 'node:fs'

/** Bytes of a bitmap that are read piece by piece, in order. */
export interface Pieces {
  /** All bytes, where they are known before reading. */
  readonly bytes: number | undefined
  /** Makes the next bytes ready, so that `take` can give that many; fewer only at the end. */
  prepare(bytes: number): Promise<void>
  /** Writes the next bytes to the target; the number written, less than its length only at the end. */
  take(target: Uint8Array): number
  /** Lets go of what can be had back: called where other inputs are read before this goes on. */
  rest(): void
  close(): void
}

/** Bytes that are in memory. */
export function memoryPieces(bytes: Uint8Array): Pieces {
  let at = 0
  return {
    bytes: bytes.length,
    prepare: async () => {},
    take(target) {
      const part = bytes.subarray(at, at + target.length)
      target.set(part)
      at += part.length
      return part.length
    },
    rest() {},
    close() {},
  }
}

/** A regular file, read straight to where its bytes are needed. Open only while it is read: a series may have thousands. */
export function filePieces(path: string, size: number): Pieces {
  let file: number | undefined
  let at = 0
  const close = () => {
    if (file !== undefined) closeSync(file)
    file = undefined
  }
  return {
    bytes: size,
    prepare: async () => {
      file ??= openSync(path, 'r')
    },
    take(target) {
      let filled = 0
      try {
        for (let count = 1; filled < target.length && count > 0; filled += count) {
          count = readSync(file as number, target, filled, target.length - filled, at + filled)
        }
      } catch (error) {
        // The system does not say of what.
        throw Object.assign(error as Error, { path })
      }
      at += filled
      return filled
    },
    rest: close,
    close,
  }
}

/** Whatever comes in chunks, such as a pipe; gathered to whole pieces. */
export function streamPieces(chunks: AsyncIterator<Uint8Array>, end: () => void): Pieces {
  let buffer = new Uint8Array(0)
  let filled = 0
  let rest = new Uint8Array(0)
  let ended = false
  return {
    bytes: undefined,
    async prepare(bytes) {
      if (buffer.length < bytes) buffer = new Uint8Array(bytes)
      while (filled < bytes) {
        if (rest.length === 0) {
          const next = ended ? undefined : await chunks.next()
          ended = next === undefined || next.done === true
          if (next === undefined || next.done) return
          // A chunk is good until the next one: what does not fit stays in it meanwhile.
          rest = next.value as Uint8Array<ArrayBuffer>
        }
        const part = rest.subarray(0, bytes - filled)
        buffer.set(part, filled)
        filled += part.length
        rest = rest.subarray(part.length)
      }
    },
    take(target) {
      const count = Math.min(filled, target.length)
      target.set(buffer.subarray(0, count))
      filled = 0
      return count
    },
    rest() {},
    close: end,
  }
}
