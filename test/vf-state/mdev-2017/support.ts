/** Bytes of 32-bit little-endian words. */
export function words(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4)
  const view = new DataView(bytes.buffer)
  values.forEach((value, index) => {
    view.setUint32(index * 4, value, true)
  })
  return bytes
}

/** Bytes of 32-bit big-endian words. */
export function be32(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4)
  const view = new DataView(bytes.buffer)
  values.forEach((value, index) => {
    view.setUint32(index * 4, value)
  })
  return bytes
}

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.length
  }
  return whole
}

export const zeros = (length: number) => new Uint8Array(length)

/** A section: type, size, content. */
export const section = (type: number, body: Uint8Array, size = body.length) => join(words(type, size), body)

export const [HEAD, CFG_SPACE, VREG, SREG, GTT, PPGTT, WORKLOAD, OPREGION, EXECLIST] = [
  1, 2, 3, 4, 5, 6, 7, 8, 9,
] as const

/** The HEAD section, 536 bytes. */
export function head(dataSize: number, { version = 0, global = 0 } = {}): Uint8Array {
  const body = zeros(528)
  body.set(words(version, dataSize))
  body.set(words(global), 16)
  return section(HEAD, body)
}

/** An image that counts its own bytes. */
export function image(...sections: readonly Uint8Array[]): Uint8Array {
  const rest = join(...sections)
  return join(head(536 + rest.length), rest)
}

export interface Vgpu {
  readonly bars?: readonly number[]
  readonly msi64?: boolean
  readonly msiEnable?: boolean
  readonly hasMsi?: boolean
  readonly deviceId?: number
}

/** Virtual configuration space of a vGPU: 4096 bytes with an MSI capability at 0xac. */
export function configSpace(vgpu: Vgpu = {}): Uint8Array {
  const { bars = [], msi64 = true, msiEnable = true, hasMsi = true, deviceId = 0x1912 } = vgpu
  const bytes = zeros(4096)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, 0x8086, true)
  view.setUint16(2, deviceId, true)
  view.setUint16(4, 0x0407, true)
  bytes.set([0, 0, 0, 3], 8)
  bars.forEach((bar, index) => {
    view.setUint32(0x10 + 4 * index, bar, true)
  })
  if (!hasMsi) return bytes
  view.setUint16(6, 0x10, true)
  bytes[0x34] = 0xac
  bytes.set([0x05, 0x00, (msiEnable ? 1 : 0) | (msi64 ? 0x80 : 0), 0], 0xac)
  return bytes
}

export const MIB = 1024 * 1024

/** The image of the reference: 64 MiB aperture, 384 MiB hidden, no entries in the lists. */
export function exampleImage(vgpu?: Vgpu): Uint8Array {
  return image(
    section(CFG_SPACE, configSpace(vgpu)),
    section(SREG, zeros(2 * MIB).fill(0x5a)),
    section(VREG, zeros(2 * MIB).fill(0xa5)),
    section(GTT, zeros((((64 + 384) * MIB) >>> 12) * 8).fill(0x11)),
    section(PPGTT, zeros(0)),
    section(WORKLOAD, zeros(0)),
  )
}

/** Bytes at the front, zeros behind. */
export function padded(bytes: Uint8Array, length: number): Uint8Array {
  const whole = zeros(length)
  whole.set(bytes)
  return whole
}

/** Whether two long runs are equal; comparing them element by element takes minutes. */
export const isSame = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0
