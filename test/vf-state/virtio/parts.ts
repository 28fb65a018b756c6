import { concat } from '../records.ts'

/** Facts of a part that the header states apart from its type. */
interface Facts {
  readonly flags?: number
  /** The 8 bytes of the selector. */
  readonly selector?: readonly number[]
  /** Length that the header claims; that of the value unless said. */
  readonly length?: number
}

/** A virtio device part, written byte by byte from the table of the specification. */
export function part(
  type: number,
  value: readonly number[],
  { flags = 0, selector = [], length }: Facts = {},
): Uint8Array {
  const bytes = new Uint8Array(16 + value.length)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, type, true)
  view.setUint8(2, flags)
  bytes.set(selector, 4)
  view.setUint32(12, length ?? value.length, true)
  bytes.set(value, 16)
  return bytes
}

const bytesOf = (value: bigint, size: number) =>
  Array.from({ length: size }, (_, at) => Number((value >> BigInt(8 * at)) & 0xffn))

export const devFeatures = (...words: readonly bigint[]) =>
  part(
    0x100,
    words.flatMap((word) => bytesOf(word, 8)),
    { flags: 1 },
  )
export const drvFeatures = (...words: readonly bigint[]) =>
  part(
    0x101,
    words.flatMap((word) => bytesOf(word, 8)),
  )
export const common = (offset: number, value: bigint, size: number) =>
  part(0x102, bytesOf(value, size), { selector: bytesOf(BigInt(offset), 4) })
export const status = (value: number) => part(0x103, [value])

/** Virtqueue configuration: size, vector, enabled, 0, and three addresses. */
export function queue(index: number, size: number): Uint8Array {
  const words = [size, index, 1, 0].flatMap((word) => bytesOf(BigInt(word), 2))
  const addresses = [0x10_0000n, 0x20_0000n, 0x30_0000n].flatMap((address) => bytesOf(address, 8))
  return part(0x104, [...words, ...addresses], { selector: [index, 0] })
}

export const notify = (index: number) => part(0x105, [index, 0, 0, 0, 0, 0, 0, 0], { selector: [index, 0] })

/** VERSION_1, and network features. */
export const FEATURES = 0x1_0000_8023n

/** Everything that a network device with two queues has. */
export const healthyParts = concat(
  devFeatures(FEATURES),
  drvFeatures(FEATURES & ~2n),
  common(16, 0xffffn, 2),
  common(18, 2n, 2),
  status(15),
  queue(0, 256),
  queue(1, 256),
  notify(0),
  notify(1),
  part(0x200, [0x52, 0x54, 0, 0x12, 0x34, 0x56], { selector: [1, 1] }),
)
