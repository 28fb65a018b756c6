import { type Expression, visitExpression } from '../layout/index.ts'
import type { Tape } from './tape.ts'

/** Fields of a half-made value that may still change. */
export interface Unknowns {
  /** Gives a field the number; false when it cannot hold it or something already depends on it. */
  assign(path: readonly string[], number: number): boolean
  evaluate(expression: Expression): number
}

/**
 * Changes fields until the expression has the wanted value. Only simple forms are turned round: a field, plus, minus
 * and times something known, rounding, and conditions. The caller looks whether it worked.
 */
export function solve(expression: Expression, wanted: number, unknowns: Unknowns, tape: Tape): void {
  const recur = (part: Expression, value: number) => solve(part, value, unknowns, tape)
  switch (expression.op) {
    case 'field':
      unknowns.assign(expression.path, wanted)
      return
    case 'when':
      return recur(unknowns.evaluate(expression.condition) !== 0 ? expression.yes : expression.no, wanted)
    case 'add':
      if (hasField(expression.a)) return recur(expression.a, wanted - unknowns.evaluate(expression.b))
      return recur(expression.b, wanted - unknowns.evaluate(expression.a))
    case 'subtract': {
      if (!hasField(expression.a)) return recur(expression.b, unknowns.evaluate(expression.a) - wanted)
      const taken = unknowns.evaluate(expression.b)
      return recur(expression.a, wanted === 0 ? tape.below(taken + 1) : wanted + taken)
    }
    case 'multiply': {
      const [open, factor] = hasField(expression.a) ? [expression.a, expression.b] : [expression.b, expression.a]
      if (hasField(factor)) recur(factor, tape.below(3) + 1)
      const times = unknowns.evaluate(factor)
      if (times !== 0 && wanted % times === 0) recur(open, wanted / times)
      return
    }
    case 'ceilDivide': {
      const by = unknowns.evaluate(expression.b)
      return recur(expression.a, Math.max(0, wanted * by - (by > 0 ? tape.below(by) : 0)))
    }
    case 'alignUp': {
      const to = unknowns.evaluate(expression.b)
      return recur(expression.a, Math.max(0, wanted - (to > 0 ? tape.below(to) : 0)))
    }
    default:
      if ('a' in expression) solveTruth(expression, wanted !== 0, unknowns, tape)
  }
}

type Binary = Extract<Expression, { readonly a: Expression }>

function solveTruth({ op, a, b }: Binary, wanted: boolean, unknowns: Unknowns, tape: Tape): void {
  const recur = (part: Expression, value: number) => solve(part, value, unknowns, tape)
  switch (op) {
    case 'bitAt': {
      const weight = 2 ** unknowns.evaluate(b)
      const value = unknowns.evaluate(a)
      if ((Math.floor(value / weight) % 2 !== 0) !== wanted) recur(a, wanted ? value + weight : value - weight)
      return
    }
    case 'equals': {
      const [open, other] = hasField(a) ? [a, unknowns.evaluate(b)] : [b, unknowns.evaluate(a)]
      if ((unknowns.evaluate(open) === other) !== wanted) recur(open, wanted ? other : other === 0 ? 1 : other - 1)
      return
    }
    case 'atLeast': {
      if (unknowns.evaluate(a) >= unknowns.evaluate(b) === wanted) return
      if (hasField(a)) recur(a, unknowns.evaluate(b) + (wanted ? tape.below(4) : -1))
      else recur(b, unknowns.evaluate(a) + (wanted ? 0 : 1))
      return
    }
    default:
      // For `both` to hold, and for `either` not to, both sides are the same; otherwise one of them decides.
      if ((op === 'both') === wanted) {
        recur(a, Number(wanted))
        recur(b, Number(wanted))
      } else recur(tape.below(2) === 0 ? a : b, Number(wanted))
  }
}

function hasField(expression: Expression): boolean {
  let found = false
  visitExpression(expression, ({ op }) => {
    if (op === 'field') found = true
  })
  return found
}

/** Paths of the fields that an expression looks at. */
export function fieldsOf(expression: Expression): string[] {
  const paths: string[] = []
  visitExpression(expression, (node) => {
    if (node.op === 'field') paths.push(node.path.join('.'))
  })
  return paths
}
