import { dependsOnEnd, type Expression, visitExpression } from './expression.ts'
import type { AnyType, SpanType, StructType } from './types.ts'

const NAME = /^[a-z][A-Za-z0-9]*$/

/** Refuses what no decoder could follow, when the description is made. @throws TypeError */
export function checkFields(type: StructType): void {
  const seen = new Set<string>()
  for (const name of Object.keys(type.parameters)) {
    if (!NAME.test(name)) throw new TypeError(`${type.name}: the parameter name ${name} is not lower camel case.`)
  }
  for (const [name, field] of Object.entries(type.fields)) {
    if (!NAME.test(name)) throw new TypeError(`${type.name}.${name}: a field name is lower camel case.`)
    for (const expression of expressionsOf(field)) checkReferences(expression, type, seen, name)
    for (const given of givenOf(field)) {
      if (dependsOnEnd(given)) {
        throw new TypeError(`${type.name}.${name}: a parameter does not depend on where the part ends.`)
      }
    }
    seen.add(name)
  }
}

/** Refuses names of bit fields that are not lower camel case. @throws TypeError */
export function checkSpanNames(names: readonly string[]): void {
  for (const name of names) {
    if (!NAME.test(name)) throw new TypeError(`${name}: the name of a bit field is lower camel case.`)
  }
}

function checkReferences(expression: Expression, type: StructType, seen: Set<string>, user: string): void {
  visitExpression(expression, (node) => {
    if (node.op === 'field') {
      const path = node.path.join('.')
      if (!seen.has(node.path[0] as string)) {
        throw new TypeError(`${type.name}.${user} refers to ${path}, which is not an earlier field.`)
      }
      if (!isNumber(referred(type, node.path))) {
        throw new TypeError(`${type.name}.${user} refers to ${path}, which is not a number.`)
      }
    }
    if (node.op === 'parameter' && !(node.name in type.parameters)) {
      throw new TypeError(`${type.name}.${user} uses the parameter ${node.name}, which is not declared.`)
    }
    if (node.op === 'number' && !Number.isSafeInteger(node.value)) {
      throw new TypeError(`${type.name}.${user} uses ${node.value}, which is not a whole number.`)
    }
  })
}

const NUMBERS: ReadonlySet<string> = new Set(['int', 'bool', 'enum', 'span'])

function isNumber(type: AnyType | SpanType | undefined): boolean {
  return type !== undefined && (NUMBERS.has(type.kind) || (type.kind === 'text' && type.numbers !== undefined))
}

/** The type that a field path leads to; optional parts count as what they hold. */
export function referred(type: StructType, path: readonly string[]): AnyType | SpanType | undefined {
  let found: AnyType | SpanType | undefined = type
  for (const name of path) {
    found = withoutOptional(found)
    if (found?.kind === 'struct') found = found.fields[name]
    else if (found?.kind === 'bits') found = found.members[name]
    else return undefined
  }
  return withoutOptional(found)
}

export function withoutOptional(type: AnyType | SpanType | undefined): AnyType | SpanType | undefined {
  return type?.kind === 'optional' ? withoutOptional(type.inner) : type
}

/** Parts of a type that stand in the scope of the same structure. */
function partsOf(type: AnyType): readonly AnyType[] {
  switch (type.kind) {
    case 'framed':
    case 'optional':
      return [type.inner]
    case 'array':
      return [type.element]
    case 'choice':
      return [...Object.values(type.cases), ...(type.otherwise ? [type.otherwise] : [])]
    default:
      return []
  }
}

/** Expressions that stand in a type and count in the scope of the structure around it. */
export function expressionsOf(type: AnyType): Expression[] {
  return [...ownExpressions(type), ...partsOf(type).flatMap(expressionsOf)]
}

function ownExpressions(type: AnyType): readonly Expression[] {
  switch (type.kind) {
    case 'bytes':
    case 'text':
    case 'framed':
      return [type.length]
    case 'array':
      return type.count === 'to-end' ? [] : [type.count]
    case 'optional':
      return [type.condition]
    case 'choice':
      return [type.tag]
    case 'struct':
      return Object.values(type.given)
    default:
      return []
  }
}

function givenOf(type: AnyType): Expression[] {
  return [...(type.kind === 'struct' ? Object.values(type.given) : []), ...partsOf(type).flatMap(givenOf)]
}
