/**
 * Lengths, counts, tags and conditions as data. Decoder, encoder, arbitrary and Kaitai export all read the
 * same expression, so none of them can disagree about where a part ends.
 */
export type Expression =
  | { readonly op: 'number'; readonly value: number }
  /** An earlier field of the same structure; a dotted path reaches into bits and nested structures. */
  | { readonly op: 'field'; readonly path: readonly string[] }
  /** A parameter that the structure declares and its user supplies. */
  | { readonly op: 'parameter'; readonly name: string }
  /** Bytes from here to the end of the enclosing frame. */
  | { readonly op: 'remaining' }
  /** Bytes from the start of the structure to here. */
  | { readonly op: 'position' }
  | { readonly op: BinaryOperator; readonly a: Expression; readonly b: Expression }
  | {
      readonly op: 'when'
      readonly condition: Expression
      readonly yes: Expression
      readonly no: Expression
    }

export type BinaryOperator =
  | 'add'
  | 'subtract'
  | 'multiply'
  | 'ceilDivide'
  | 'alignUp'
  | 'bitAt'
  | 'equals'
  | 'atLeast'
  | 'both'
  | 'either'

/** An expression, a plain number, or the name of an earlier field. */
export type Operand = Expression | number | string

export function toExpression(operand: Operand): Expression {
  if (typeof operand === 'number') return { op: 'number', value: operand }
  if (typeof operand === 'string') return field(operand)
  return operand
}

const binary =
  (op: BinaryOperator) =>
  (a: Operand, b: Operand): Expression => ({ op, a: toExpression(a), b: toExpression(b) })

/** The value of an earlier field, as a number: `field('control.tableSize')`. */
export const field = (path: string): Expression => ({ op: 'field', path: path.split('.') })
export const parameter = (name: string): Expression => ({ op: 'parameter', name })
export const remaining: Expression = { op: 'remaining' }
export const position: Expression = { op: 'position' }
export const add = binary('add')
/** Never below 0: a length that would be negative is 0, and the parts that follow show the contradiction. */
export const subtract = binary('subtract')
export const multiply = binary('multiply')
/** ceil(a / b): bytes that hold `a` bits are `ceilDivide(a, 8)`. */
export const ceilDivide = binary('ceilDivide')
/** `a` rounded up to a multiple of `b`. */
export const alignUp = binary('alignUp')
/** Bit `b` of `a`, 0 or 1. */
export const bitAt = binary('bitAt')
export const equals = binary('equals')
export const atLeast = binary('atLeast')
export const both = binary('both')
export const either = binary('either')
export const when = (condition: Operand, yes: Operand, no: Operand): Expression => ({
  op: 'when',
  condition: toExpression(condition),
  yes: toExpression(yes),
  no: toExpression(no),
})

/** So many bytes, or those that are left where there are fewer. */
export const upTo = (length: Operand): Expression => when(atLeast(remaining, length), length, remaining)
/** Elements of `size` bytes that are whole in what is left. */
export const wholeElements = (size: number): Expression => ceilDivide(subtract(remaining, size - 1), size)

/** What an expression can see while a structure is read or written. */
export interface Scope {
  field(path: readonly string[]): number
  parameter(name: string): number
  remaining(): number
  position(): number
}

export const BINARY: Record<BinaryOperator, (a: number, b: number) => number> = {
  add: (a, b) => a + b,
  subtract: (a, b) => Math.max(0, a - b),
  multiply: (a, b) => a * b,
  ceilDivide: (a, b) => (b === 0 ? 0 : Math.ceil(a / b)),
  alignUp: (a, b) => (b === 0 ? a : Math.ceil(a / b) * b),
  bitAt: (a, b) => Math.abs(Math.floor(a / 2 ** b) % 2),
  equals: (a, b) => (a === b ? 1 : 0),
  atLeast: (a, b) => (a >= b ? 1 : 0),
  both: (a, b) => (a !== 0 && b !== 0 ? 1 : 0),
  either: (a, b) => (a !== 0 || b !== 0 ? 1 : 0),
}

export function evaluate(expression: Expression, scope: Scope): number {
  switch (expression.op) {
    case 'number':
      return expression.value
    case 'field':
      return scope.field(expression.path)
    case 'parameter':
      return scope.parameter(expression.name)
    case 'remaining':
      return scope.remaining()
    case 'position':
      return scope.position()
    case 'when':
      return evaluate(expression.condition, scope) !== 0
        ? evaluate(expression.yes, scope)
        : evaluate(expression.no, scope)
    default:
      return BINARY[expression.op](evaluate(expression.a, scope), evaluate(expression.b, scope))
  }
}

/** Calls `visit` with every node of the expression. */
export function visitExpression(expression: Expression, visit: (node: Expression) => void): void {
  visit(expression)
  if (expression.op === 'when') {
    visitExpression(expression.condition, visit)
    visitExpression(expression.yes, visit)
    visitExpression(expression.no, visit)
  } else if ('a' in expression) {
    visitExpression(expression.a, visit)
    visitExpression(expression.b, visit)
  }
}

const endDependence = new WeakMap<Expression, boolean>()

/** Whether an expression looks at the end of its frame, which an encoder may not know. */
export function dependsOnEnd(expression: Expression): boolean {
  let depends = endDependence.get(expression)
  if (depends === undefined) {
    depends = false
    visitExpression(expression, (node) => {
      if (node.op === 'remaining') depends = true
    })
    endDependence.set(expression, depends)
  }
  return depends
}
