import type { Path, PathPart } from '../findings/index.ts'
import { fixedSize } from './measure.ts'
import type { AnyType, StructType } from './types.ts'

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

function stepInto(type: AnyType, part: PathPart): Step | undefined {
  if (type.kind === 'array' && typeof part === 'number') {
    const each = fixedSize(type.element)
    return each === undefined ? undefined : { offset: part * each, type: type.element }
  }
  return type.kind === 'struct' ? stepsOf(type).get(part) : undefined
}

interface Step {
  readonly offset: number
  readonly type: AnyType
}

const known = new WeakMap<StructType, ReadonlyMap<PathPart, Step>>()

/** The fields that have the same place in every value, by name. */
function stepsOf(type: StructType): ReadonlyMap<PathPart, Step> {
  const before = known.get(type)
  if (before !== undefined) return before
  const steps = new Map<PathPart, Step>()
  let offset = 0
  for (const [name, field] of Object.entries(type.fields)) {
    steps.set(name, { offset, type: field })
    const size = fixedSize(field)
    if (size === undefined) break
    offset += size
  }
  known.set(type, steps)
  return steps
}
