import { expressionsOf, withoutOptional } from '../check.ts'
import { type Expression, visitExpression } from '../expression.ts'
import type { AnyType, BitsType, StructType } from '../types.ts'

/** Byte order of numbers that name none: fixed, or Kaitai's run-time choice. */
export type Order = 'le' | 'be' | 'chosen'

/** Where an expression stands in the Kaitai document. */
export interface Place {
  /** The structure whose fields it names. */
  readonly struct: StructType
  readonly order: Order
  /** How the type that holds the expression reaches that structure: '', `_parent.`, `_parent._parent.`. */
  readonly prefix: string
  /** Terms that turn `_io.pos` into the distance from the start of the structure. */
  readonly origin: readonly (readonly ['+' | '-', string])[]
  /** Names what is made for this place. */
  readonly name: string
  readonly words: ChosenWords
}

/** Kaitai types of the words with bit fields that are made for both byte orders: a run-time choice has neither's members. */
type ChosenWords = ReadonlyMap<BitsType, { readonly be: string; readonly le: string }>

/** The place inside a wrapper type that stands at `place`, in a stream of its own when framed. */
export function inside(place: Place, framed: boolean): Place {
  const outer = place.origin.map(([sign, code]) => [sign, `_parent.${code}`] as const)
  const origin = framed ? ([['+', '_parent._io.pos'], ['-', '_io.size'], ...outer] as const) : outer
  return { ...place, prefix: `_parent.${place.prefix}`, origin, name: `${place.name}_part` }
}

/** Optional fields that expressions refer to, by the fields of their structure. */
export type Referred = Map<object, Set<string>>

/** Finds the optional fields that some expression needs to know the presence of. */
export function referredOptionals(type: StructType): Referred {
  const found: Referred = new Map()
  const visited = new Set<object>()
  const visitStruct = (struct: StructType) => {
    if (visited.has(struct.fields)) return
    visited.add(struct.fields)
    for (const field of Object.values(struct.fields)) {
      for (const expression of expressionsOf(field)) note(struct, expression)
      structsOf(field).forEach(visitStruct)
    }
  }
  const note = (struct: StructType, expression: Expression) =>
    visitExpression(expression, (node) => {
      if (node.op !== 'field') return
      let at: ReturnType<typeof withoutOptional> = struct
      for (const name of node.path) {
        if (at?.kind !== 'struct') return
        const field: AnyType | undefined = at.fields[name]
        if (field?.kind === 'optional') {
          const names = found.get(at.fields) ?? new Set()
          found.set(at.fields, names.add(name))
        }
        at = withoutOptional(field)
      }
    })
  visitStruct(type)
  return found
}

function structsOf(type: AnyType): StructType[] {
  switch (type.kind) {
    case 'struct':
      return [type]
    case 'framed':
    case 'optional':
      return structsOf(type.inner)
    case 'array':
      return structsOf(type.element)
    case 'choice':
      return [...Object.values(type.cases), ...(type.otherwise ? [type.otherwise] : [])].flatMap(structsOf)
    default:
      return []
  }
}

/** Whether some expression of the structure itself asks for the distance from its start. */
export function usesPosition(type: StructType): boolean {
  let uses = false
  for (const field of Object.values(type.fields)) {
    for (const expression of expressionsOf(field)) {
      visitExpression(expression, (node) => {
        if (node.op === 'position') uses = true
      })
    }
  }
  return uses
}
