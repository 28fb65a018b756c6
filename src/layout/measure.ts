import { dependsOnEnd, type Expression } from './expression.ts'
import type { AnyType, StructType } from './types.ts'

/** Size in bytes when it never changes, else undefined. */
export function fixedSize(type: AnyType): number | undefined {
  switch (type.kind) {
    case 'int':
      return type.size
    case 'bool':
      return 1
    case 'enum':
      return type.base.size
    case 'bits':
      return type.word.size
    case 'bytes':
    case 'text':
      return type.length.op === 'number' ? type.length.value : undefined
    case 'framed':
      return undefined
    case 'array': {
      const element = fixedSize(type.element)
      if (element === undefined || type.count === 'to-end' || type.count.op !== 'number') return undefined
      return element * type.count.value
    }
    case 'choice':
    case 'optional':
      return undefined
    case 'struct':
      return sumOfFields(type)
  }
}

const sizes = new WeakMap<object, { size: number | undefined }>()

function sumOfFields(type: StructType): number | undefined {
  const known = sizes.get(type.fields)
  if (known !== undefined) return known.size
  let sum: number | undefined = 0
  for (const field of Object.values(type.fields)) {
    const size = fixedSize(field)
    sum = size === undefined || sum === undefined ? undefined : sum + size
  }
  sizes.set(type.fields, { size: sum })
  return sum
}

/** Fewest bytes that the type can take: what bounds the elements that a stated count can really have. */
export function leastSize(type: AnyType): number {
  const fixed = fixedSize(type)
  if (fixed !== undefined) return fixed
  switch (type.kind) {
    case 'bytes':
    case 'text':
    case 'framed':
      return type.length.op === 'number' ? type.length.value : 0
    case 'choice': {
      const cases = [...Object.values(type.cases), ...(type.otherwise ? [type.otherwise] : [])]
      return Math.min(...cases.map(leastSize))
    }
    case 'struct':
      return Object.values(type.fields).reduce((sum, field) => sum + leastSize(field), 0)
    default:
      return 0
  }
}

const endLookers = new WeakMap<object, boolean>()

/**
 * Whether values can contradict the end of the structure: a condition, count or length looks at the bytes that
 * remain. A run that simply takes them all cannot.
 */
export function looksAtEnd(type: AnyType): boolean {
  const looks = (expression: Expression) => expression.op !== 'remaining' && dependsOnEnd(expression)
  switch (type.kind) {
    case 'bytes':
    case 'text':
      return looks(type.length)
    case 'framed':
      return dependsOnEnd(type.length) && (looks(type.length) || looksAtEnd(type.inner))
    case 'array':
      return (type.count !== 'to-end' && dependsOnEnd(type.count)) || looksAtEnd(type.element)
    case 'optional':
      return dependsOnEnd(type.condition) || looksAtEnd(type.inner)
    case 'choice':
      return [...Object.values(type.cases), ...(type.otherwise ? [type.otherwise] : [])].some(looksAtEnd)
    case 'struct': {
      let known = endLookers.get(type.fields)
      if (known === undefined) {
        known = Object.values(type.fields).some(looksAtEnd)
        endLookers.set(type.fields, known)
      }
      return known
    }
    default:
      return false
  }
}

/** Whether any bytes of the right length are a value of the type: its size never changes, and no magic can be wrong. */
export function takesAnyBytes(type: AnyType): boolean {
  switch (type.kind) {
    case 'int':
      return type.magic === undefined
    case 'array':
      return fixedSize(type) !== undefined && takesAnyBytes(type.element)
    case 'struct':
      return fixedSize(type) !== undefined && Object.values(type.fields).every(takesAnyBytes)
    default:
      return fixedSize(type) !== undefined
  }
}
