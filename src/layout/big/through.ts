/** A stream of the platform that changes bytes: one that compresses, or inflates. */
export interface BytesTransform {
  readonly writable: WritableStream<BufferSource>
  readonly readable: ReadableStream<Uint8Array>
}

/** Bytes that the platform is fed at a time: how much it may make in vain follows from it. */
const PIECE = 1 << 16

/**
 * What comes out of a transform, piece by piece; who stops early ends it. Parts are written one after another, at most
 * 64 KiB at a time.
 *
 * @throws whatever the transform throws at damage
 */
export async function* through(transform: BytesTransform, parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  const writer = transform.writable.getWriter()
  const reader = transform.readable.getReader()
  // What fails is told by the reading side, too; unwatched, these promises would count as unhandled.
  writer.closed.catch(() => {})
  const feeding = feed(writer, parts).catch(() => {})
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value
  } finally {
    // Waiting for this would be waiting for a write that nobody takes.
    writer.abort().catch(() => {})
    await reader.cancel().catch(() => {})
    await feeding
  }
}

async function feed(writer: WritableStreamDefaultWriter<BufferSource>, parts: readonly Uint8Array[]): Promise<void> {
  for (const part of parts) {
    for (let at = 0; at < part.length; at += PIECE) {
      await writer.ready
      await writer.write(part.subarray(at, at + PIECE) as Uint8Array<ArrayBuffer>)
    }
  }
  await writer.close()
}
