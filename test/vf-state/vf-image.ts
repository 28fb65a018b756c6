import { fromHex } from '../../src/layout/index.ts'

export const hex = (text: string): Uint8Array => fromHex(text.replaceAll(/\s+/g, '')) as Uint8Array

export function joined(...runs: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  return Uint8Array.from(runs.flatMap((run) => [...run]))
}

interface Image {
  readonly size?: 256 | 4096
  /** Registers of the migration capability at 0x50: enable, VMM status, VF status, vector. */
  readonly faked?: readonly [number, number, number, number]
  /** Message control of the MSI-X capability at 0x70. */
  readonly msixControl?: number
  /** Bytes to put somewhere last. */
  readonly patches?: Readonly<Record<number, readonly number[]>>
}

/** Config space of an 82599 VF as its guest sees it: migration capability at 0x50, MSI-X at 0x70, PCI Express at 0xa0. */
export function vfImage({ size = 4096, faked = [1, 1, 1, 2], msixControl = 0x8002, patches = {} }: Image = {}) {
  const space = new Uint8Array(size)
  const put = (offset: number, text: string) => space.set(hex(text), offset)
  put(0x00, '86 80 ed 10 06 00 10 00 01 00 00 02 00 00 00 00')
  put(0x10, '04 00 00 fe 00 00 00 00 00 00 00 00 04 00 01 fe')
  put(0x2c, '86 80 3c 7a')
  space[0x34] = 0x50
  put(0x50, '14 70 00 00')
  space.set(faked, 0x54)
  put(0x70, '11 a0 00 00 03 00 00 00 03 20 00 00')
  space[0x72] = msixControl & 0xff
  space[0x73] = msixControl >>> 8
  put(0xa0, '10 00 02 00 c2 8c 00 10 00 00 00 00 81 f4 02 00')
  for (const [offset, bytes] of Object.entries(patches)) space.set(bytes, Number(offset))
  return space
}

/** Vectors that lead to CPU 0 from 0x41 on, and their pending bits. */
export function msixPart(vectors: number, masked: readonly number[] = []): Uint8Array {
  const bytes = new Uint8Array(16 * vectors + Math.ceil(vectors / 8))
  for (let vector = 0; vector < vectors; vector++) {
    bytes.set([0x00, 0x00, 0xe0, 0xfe, 0, 0, 0, 0, 0x41 + vector, 0, 0, 0], 16 * vector)
    if (masked.includes(vector)) bytes[16 * vector + 12] = 1
  }
  return bytes
}
