import type { FieldDescription, StructDescription, SubsectionDescription } from './model.ts'
import { nameInHeader } from './subsection.ts'

/** Marker, length of the name and version of a subsection. */
const HEADER = 1 + 1 + 4

/**
 * Bytes that the body of a section has by its description. QEMU describes what it has sent, so this is exact but for
 * one case: elements of an array that differ in size are described by the first alone.
 *
 * @returns undefined where the description does not tell: it is damaged, or has fields that state their own length
 */
export function sizeOf(device: StructDescription): number | undefined {
  return Number.isSafeInteger(device.size) ? device.size : undefined
}

/** Bytes of fields and subsections together: infinite above 2^53-1, undefined where one has no certain size. */
export function sizeOfStruct(
  fields: readonly FieldDescription[],
  subsections: readonly SubsectionDescription[],
): number | undefined {
  let total = 0
  for (const { size, elements } of fields) {
    if (size === undefined) return undefined
    total += size * (elements?.count ?? 1)
  }
  for (const { size, vmsdName } of subsections) {
    if (size === undefined) return undefined
    total += HEADER + nameInHeader(vmsdName).length + size
  }
  return Number.isSafeInteger(total) ? total : Number.POSITIVE_INFINITY
}
