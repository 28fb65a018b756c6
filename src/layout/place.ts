import type { Path, PathPart } from '../findings/index.ts'
import { fixedSize } from './measure.ts'
import type { AnyType } from './types.ts'

/** A run of bytes. */
export interface Range {
  readonly offset: number
  readonly length: number
}

/**
 * Where a field lies, from the description alone; undefined when that depends on the bytes.
 *
 * @param path from the type down; members of a word have the place of their word
 */
export function placeOf(type: AnyType, path: Path): Range | undefined {
  let inner: AnyType = type
  let offset = 0
  for (const part of path) {
    const step = stepInto(inner, part)
    if (step === undefined) return undefined
    offset += step.offset
    inner = step.type
    // Whoever names a field inside an optional part has seen the part.
    while (inner.kind === 'optional') inner = inner.inner
    // The members of a word share its bytes.
    if (inner.kind === 'bits') break
  }
  const length = fixedSize(inner)
  return length === undefined ? undefined : { offset, length }
}

function stepInto(type: AnyType, part: PathPart): { offset: number; type: AnyType } | undefined {
  if (type.kind === 'array' && typeof part === 'number') {
    const each = fixedSize(type.element)
    return each === undefined ? undefined : { offset: part * each, type: type.element }
  }
  if (type.kind !== 'struct') return undefined
  let offset = 0
  for (const [name, field] of Object.entries(type.fields)) {
    if (name === part) return { offset, type: field }
    const size = fixedSize(field)
    if (size === undefined) return undefined
    offset += size
  }
  return undefined
}
