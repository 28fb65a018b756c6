import { type Path, printPath } from '../findings/index.ts'
import { sameValue } from './equal.ts'
import type { Located } from './walk.ts'

/** One field that differs between two inputs of one format. */
export interface Difference {
  /** Path with stable keys instead of indices where the format has them. */
  readonly key: string
  readonly a: Located | undefined
  readonly b: Located | undefined
}

/**
 * Field-level differences in order of the first input.
 *
 * @param keyOf names a field independently of its place, so that parts which moved are compared with each other
 */
export function diffFields(
  a: readonly Located[],
  b: readonly Located[],
  keyOf: { readonly a: (path: Path) => string; readonly b: (path: Path) => string } = { a: printPath, b: printPath },
): Difference[] {
  const others = new Map(b.map((field) => [keyOf.b(field.path), field]))
  const differences: Difference[] = []
  for (const field of a) {
    const key = keyOf.a(field.path)
    const other = others.get(key)
    others.delete(key)
    if (other === undefined || !sameValue(field.value, other.value)) differences.push({ key, a: field, b: other })
  }
  for (const [key, field] of others) differences.push({ key, a: undefined, b: field })
  return differences
}
