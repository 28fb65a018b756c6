import { type Codec, codec } from './codec.ts'
import { fixedSize } from './measure.ts'
import { type Routines, UNFIT } from './routines.ts'
import type { FieldMap, StructType } from './types.ts'

/**
 * A codec that only interprets its description: slow, but it needs neither generated code nor `new Function`.
 */
export function interpreted<F extends FieldMap>(type: StructType<F>): Codec<StructType<F>> {
  const refuse = (): never => {
    throw UNFIT
  }
  const routines: Routines =
    fixedSize(type) === undefined
      ? { size: undefined, read: refuse, write: refuse }
      : { size: fixedSize(type) as number, read: refuse, write: refuse, clean: () => false }
  return codec(type, { little: routines })
}
