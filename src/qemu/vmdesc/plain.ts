import type { FieldDescription, StructDescription } from './model.ts'
import { isPciType } from './pci-field.ts'

/**
 * Values that a field, or an element of it, comes to where any bytes of its size are such a field and nobody looks into
 * them; undefined of all others. The name of a subsection, a null pointer and the fields of PCI devices are looked at.
 */
export function plainValues(field: FieldDescription): number | undefined {
  const { kind, size, type } = field
  if (!size || !Number.isSafeInteger(size) || kind === 'pointer' || kind === 'counted') return undefined
  if (kind === 'struct') return field.struct.plainValues === undefined ? undefined : field.struct.plainValues + 1
  return kind === 'bytes' && (isPciType(type) || type === 'virtio') ? undefined : 1
}

/** The same of a whole structure; undefined where one of its parts is not plain. */
export function plainValuesOf({ fields, subsections, complete }: Omit<StructDescription, 'plainValues'>) {
  if (!complete || subsections.length > 0) return undefined
  let total = 0
  for (const field of fields) {
    const each = plainValues(field)
    if (each === undefined) return undefined
    total += each * (field.elements?.count ?? 1)
  }
  return Number.isSafeInteger(total) ? total : undefined
}
