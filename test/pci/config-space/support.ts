import { fromHex } from '../../../src/layout/index.ts'

export const hex = (text: string): Uint8Array => fromHex(text.replaceAll(/\s+/g, '')) as Uint8Array

/** Bytes by the offset that they start at, as hexadecimal text. */
export type Patches = Readonly<Record<number, string>>

/** An endpoint without a fault and without capabilities, then whatever is put over it. */
export function space(size: number, patches: Patches = {}): Uint8Array {
  const bytes = new Uint8Array(size)
  for (const [at, text] of [...Object.entries({ 0: '86 80 c9 10', 8: '01 00 00 02' }), ...Object.entries(patches)])
    bytes.set(hex(text), Number(at))
  return bytes
}

/** Status.CapList and the pointer to the first capability. */
export const listAt = (pointer: string): Patches => ({ 6: '10 00', 52: pointer })

/** A PCI Express endpoint capability at 0x40, version 1 in 20 bytes, without a next one. */
export const EXPRESS: Patches = {
  ...listAt('40'),
  64: '10 00 01 00  00 80 00 00  00 00 00 00  11 04 00 00  00 00 11 00',
}
