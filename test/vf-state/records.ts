/** One record of mlx5 or virtio, written byte by byte: {u64 size, u32 flags, u32 tag, payload}, little-endian. */
export function record(tag: number, payload: Uint8Array, facts: { flags?: number; size?: bigint } = {}): Uint8Array {
  const bytes = new Uint8Array(16 + payload.length)
  const view = new DataView(bytes.buffer)
  view.setBigUint64(0, facts.size ?? BigInt(payload.length), true)
  view.setUint32(8, facts.flags ?? 0, true)
  view.setUint32(12, tag, true)
  bytes.set(payload, 16)
  return bytes
}

/** A number of 64 bits, little-endian. */
export function le64(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, value, true)
  return bytes
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}
