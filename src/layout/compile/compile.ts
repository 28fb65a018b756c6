import { type Codec, codec } from '../codec.ts'
import type { RoutineSet } from '../routines.ts'
import * as support from '../support.ts'
import type { FieldMap, StructType } from '../types.ts'
import { generate, SUPPORT_NAMES } from './module.ts'

/**
 * A codec for a description made at run time. The same generator writes the code that the shipped codecs are built
 * from; here it is compiled with `new Function`, so a page whose Content-Security-Policy forbids `unsafe-eval` uses
 * `interpreted()` instead, or generates a module at build time.
 */
export function compile<F extends FieldMap>(type: StructType<F>): Codec<StructType<F>> {
  return codec(type, compileRoutines(type))
}

/** The routines alone, compiled at run time. */
export function compileRoutines(type: StructType): RoutineSet {
  const { statements, routines } = generate([type])
  const body = [...statements, `return ${routines[0]};`].join('\n')
  const make = new Function(...SUPPORT_NAMES, body) as (...values: unknown[]) => RoutineSet
  const values = new Map<string, unknown>(Object.entries(support))
  return make(...SUPPORT_NAMES.map((name) => values.get(name)))
}
