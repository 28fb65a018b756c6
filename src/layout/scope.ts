import { withoutOptional } from './check.ts'
import type { Expression, Scope } from './expression.ts'
import { type AnyType, NO_PARAMETERS, type SpanType, type StructType } from './types.ts'

/** The number that a field path names in the values read so far. Absent optional parts count as 0. */
export function fieldNumber(
  struct: StructType,
  values: Readonly<Record<string, unknown>>,
  path: readonly string[],
): number {
  let type: AnyType | SpanType | undefined = struct
  let value: unknown = values
  for (const name of path) {
    type = withoutOptional(type)
    if (type?.kind === 'struct') type = type.fields[name]
    else if (type?.kind === 'bits') type = type.members[name]
    else throw new TypeError(`${struct.name}: ${path.join('.')} does not lead to a number.`)
    value = (value as Record<string, unknown> | undefined)?.[name]
  }
  type = withoutOptional(type)
  if (typeof value === 'string' && (type?.kind === 'enum' || type?.kind === 'span' || type?.kind === 'text')) {
    return type.numbers?.get(value) ?? 0
  }
  if (typeof value === 'boolean' || typeof value === 'bigint' || typeof value === 'number') return Number(value)
  return 0
}

const NONE: Readonly<Record<string, number>> = Object.freeze({})

/** Values for the parameters of a structure: those given, else the defaults. */
export function parametersOf(
  struct: StructType,
  supplied: Readonly<Record<string, number>> | undefined,
): Readonly<Record<string, number>> {
  if (struct.parameters === NO_PARAMETERS) return NONE
  const values: Record<string, number> = {}
  for (const [name, { default: fallback }] of Object.entries(struct.parameters)) {
    values[name] = supplied?.[name] ?? fallback
  }
  return values
}

/** The same for parameters from outside. @throws TypeError for one that no description could use */
export function outerParameters(
  struct: StructType,
  supplied: Readonly<Record<string, number>> | undefined,
): Readonly<Record<string, number>> {
  const values = parametersOf(struct, supplied)
  if (values === NONE) return values
  for (const [name, value] of Object.entries(values)) {
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new TypeError(`The parameter ${name} of ${struct.name} is a whole number from 0 on, not ${value}.`)
    }
  }
  return values
}

/** Evaluates what a structure gives to the parameters of one that stands inside it. */
export function givenParameters(
  struct: StructType,
  scope: Scope,
  evaluate: (expression: Expression, scope: Scope) => number,
): Record<string, number> {
  const values: Record<string, number> = {}
  for (const [name, expression] of Object.entries(struct.given)) values[name] = evaluate(expression, scope)
  return values
}
