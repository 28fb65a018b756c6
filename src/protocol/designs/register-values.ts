import type { EnumType } from '../../layout/index.ts'

/** The numbers that a register can have, by the names of its description. */
export function valuesOf({ numbers }: EnumType): Readonly<Record<string, number>> {
  return Object.fromEntries(numbers)
}
