import type { Expression } from '../expression.ts'

/** Where generated code finds what an expression refers to. */
export interface Bindings {
  /** Code for a field, as a number. */
  field(path: readonly string[]): string
  /** Code for the bytes left in the frame. */
  readonly remaining: string
  /** Code for the bytes since the start of the structure. */
  readonly position: string
}

/** Code that computes an expression; the same rules as `evaluate`. */
export function expressionCode(expression: Expression, bindings: Bindings): string {
  const code = (part: Expression) => expressionCode(part, bindings)
  switch (expression.op) {
    case 'number':
      return String(expression.value)
    case 'field':
      return bindings.field(expression.path)
    case 'parameter':
      return `parameters.${expression.name}`
    case 'remaining':
      return bindings.remaining
    case 'position':
      return bindings.position
    case 'when':
      return `(${code(expression.condition)} !== 0 ? ${code(expression.yes)} : ${code(expression.no)})`
    case 'add':
      return `(${code(expression.a)} + ${code(expression.b)})`
    case 'multiply':
      return `(${code(expression.a)} * ${code(expression.b)})`
    case 'equals':
      return `(${code(expression.a)} === ${code(expression.b)} ? 1 : 0)`
    case 'atLeast':
      return `(${code(expression.a)} >= ${code(expression.b)} ? 1 : 0)`
    default:
      return `BINARY.${expression.op}(${code(expression.a)}, ${code(expression.b)})`
  }
}
