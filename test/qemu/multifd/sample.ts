import { joined } from '../../../src/layout/index.ts'

/** Numbers of a packet, written down after the table of the layout and not by the library. */
export interface Numbers {
  readonly magic?: number
  readonly version?: number
  readonly flags?: number
  readonly pagesAllocated?: number
  readonly normalPages?: number
  readonly nextPacketSize?: number
  readonly packetNumber?: number
  readonly zeroPages?: number
  readonly block?: string
  readonly offsets?: readonly number[]
  /** Offsets that there is room for. */
  readonly capacity?: number
}

const MAGIC = 0x11223344

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer)

export function initPacket(channelId = 0): Uint8Array {
  const bytes = new Uint8Array(64)
  viewOf(bytes).setUint32(0, MAGIC)
  viewOf(bytes).setUint32(4, 1)
  bytes[24] = channelId
  return bytes
}

/** The header of a packet with pages. */
export function pagesHeader(numbers: Numbers = {}): Uint8Array {
  const { capacity = 8, offsets = [] } = numbers
  const bytes = new Uint8Array(320 + 8 * capacity)
  const view = viewOf(bytes)
  view.setUint32(0, numbers.magic ?? MAGIC)
  view.setUint32(4, numbers.version ?? 1)
  view.setUint32(8, numbers.flags ?? 0)
  view.setUint32(12, numbers.pagesAllocated ?? capacity)
  view.setUint32(16, numbers.normalPages ?? 0)
  view.setUint32(20, numbers.nextPacketSize ?? 0)
  view.setBigUint64(24, BigInt(numbers.packetNumber ?? 0))
  view.setUint32(32, numbers.zeroPages ?? 0)
  bytes.set(new TextEncoder().encode(numbers.block ?? 'pc.ram'), 64)
  for (const [at, offset] of offsets.entries()) view.setBigUint64(320 + 8 * at, BigInt(offset))
  return bytes
}

/** A packet of one page, or as many as offsets are given, with this payload. */
export function pagesPacket(payload: Uint8Array, numbers: Numbers = {}): Uint8Array {
  const offsets = numbers.offsets ?? [0]
  const counts = { normalPages: offsets.length, nextPacketSize: payload.length, capacity: 128, offsets }
  return joined([pagesHeader({ ...counts, ...numbers }), payload])
}

/** A packet with device state; `part` are the three words in front of the data. */
export function devicePacket(
  data: Uint8Array,
  { name = '0000:00:02.0/vfio', instanceId = 0, flags = 0x40, part = [0, 0, 0] as readonly number[], size = -1 } = {},
): Uint8Array {
  const words = new Uint8Array(4 * part.length)
  for (const [at, word] of part.entries()) viewOf(words).setUint32(4 * at, word)
  const header = new Uint8Array(276)
  const view = viewOf(header)
  view.setUint32(0, MAGIC)
  view.setUint32(4, 1)
  view.setUint32(8, flags)
  header.set(new TextEncoder().encode(name), 12)
  view.setUint32(268, instanceId)
  view.setUint32(272, size < 0 ? words.length + data.length : size)
  return joined([header, words, data])
}

/** A channel of these packets. */
export const channel = (...packets: readonly Uint8Array[]) => joined([initPacket(), ...packets])
