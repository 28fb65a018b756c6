import { placeOf, type StructType } from '../../layout/index.ts'

/** A register as the number that stands in the bytes, little-endian; traces have it so. */
export function rawRegister(bytes: Uint8Array, type: StructType, register: string): number {
  const place = placeOf(type, [register])
  if (place === undefined) throw new TypeError(`${type.name} has no register ${register} at a fixed place.`)
  let value = 0
  for (let at = place.length - 1; at >= 0; at--) value = value * 256 + (bytes[place.offset + at] as number)
  return value
}
