import { configSpaceFormat } from '../../../src/pci/index.ts'
import type { VfioConfigState } from '../../../src/qemu/index.ts'

/** A config space with an MSI-X capability at 0x40, or without any capability. */
export function configSpace(size: 256 | 4096, vectors: number): Uint8Array {
  const bytes = new Uint8Array(size)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, 0x8086, true)
  view.setUint16(2, 0x10ca, true)
  view.setUint16(8, 0x0200, true)
  bytes[0x0b] = 2
  if (vectors === 0) return bytes
  view.setUint16(6, 0x10, true)
  bytes[0x34] = 0x40
  bytes[0x40] = 0x11
  view.setUint16(0x42, 0x8000 | (vectors - 1), true)
  view.setUint32(0x48, 0x8000, true)
  return bytes
}

/** A config state without MSI-X. */
export function plainState(size: 256 | 4096 = 4096): VfioConfigState {
  return { version: 2, configSpace: configSpaceFormat.decode(configSpace(size, 0)), interrupts: [0, 0, 0, 0] }
}

/** Bytes of a config state, put together by hand. */
export function stateBytes(
  size: 256 | 4096,
  vectors: number,
  { version = 2, levels = [0, 0, 0, 0], pba = 0, display = false } = {},
): Uint8Array {
  const table = Array.from({ length: vectors }, (_, vector) => [
    ...[0, 0, 0xe0, 0xfe, 0, 0, 0, 0],
    ...[0x41 + (vector % 64), 0x40, 0, 0, 0, 0, 0, 0],
  ]).flat()
  const pending = Array.from({ length: Math.ceil(vectors / 8) }, (_, at) => (at === 0 ? pba : 0))
  const name = [...'VFIOPCIDevice/VFIODisplay'].map((letter) => letter.charCodeAt(0))
  const ramfb = [0, 0, 0, 0, 0x10, 0, 0, 0, 0x34, 0x32, 0x52, 0x58, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 3, 0, 0, 0, 16, 0]
  return Uint8Array.of(
    ...[0, 0, 0, version],
    ...configSpace(size, vectors),
    ...levels.flatMap((level) => [0, 0, 0, level]),
    ...table,
    ...pending,
    ...(display ? [5, 25, ...name, 0, 0, 0, 1, ...ramfb] : []),
  )
}

/** The tag END_OF_STATE. */
export const END = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xef, 0x10, 0, 1)
