import { sameValue } from '../../src/fuzz/index.ts'
import { compileRoutines } from '../../src/layout/compile/index.ts'
import { type ByteOrder, type Codec, codec, type StructType, toView } from '../../src/layout/index.ts'
import { looksAtEnd } from '../../src/layout/measure.ts'
import { Cursor, type RoutineSet, type Routines } from '../../src/layout/routines.ts'
import { outerParameters } from '../../src/layout/scope.ts'
import { Writer } from '../../src/layout/writer.ts'
import { formats } from '../../src/registry/index.ts'
import { trials } from '../layout/trial.layout.ts'

/** One structure in one byte order. */
export interface Subject {
  readonly name: string
  readonly type: StructType
  readonly byteOrder: ByteOrder
  /** As users get it: built ahead of time where the registry has it. */
  readonly codec: Codec
  /** Made from the same description at run time. */
  readonly compiled: RoutineSet
}

function subjectsOf(type: StructType, built: Codec | undefined): Subject[] {
  const compiled = compileRoutines(type)
  const orders: ByteOrder[] = type.byteOrder === 'parameter' ? ['little', 'big'] : ['little']
  return orders.map((byteOrder) => ({
    name: type.byteOrder === 'parameter' ? `${type.name} (${byteOrder})` : type.name,
    type,
    byteOrder,
    codec: built ?? codec(type, compiled),
    compiled,
  }))
}

const registered = new Map(formats.flatMap(({ structures }) => structures.map((built) => [built.type, built] as const)))

/** Every structure of every format, and the trial descriptions. */
export const subjects: readonly Subject[] = [
  ...trials.flatMap((type) => subjectsOf(type, undefined)),
  ...[...registered].flatMap(([type, built]) => subjectsOf(type, built)),
]

/** How often a property is tried: fewer times where there are many structures, so that the whole stays quick. */
export const runs = (wanted: number) => Math.max(8, Math.min(wanted, Math.floor((wanted * 40) / subjects.length)))

/** What generated code answers where it refuses. */
export const REFUSED = Symbol('refused')

export function routinesOf({ compiled, byteOrder }: Subject): Routines {
  return byteOrder === 'big' && compiled.big !== undefined ? compiled.big : compiled.little
}

/** What the generated decoder makes of a whole input. */
export function generatedRead(subject: Subject, bytes: Uint8Array): unknown {
  const routines = routinesOf(subject)
  try {
    if (routines.size !== undefined) {
      return bytes.length === routines.size ? routines.read(toView(bytes), bytes, 0) : REFUSED
    }
    const cursor = new Cursor(toView(bytes), bytes, bytes.length)
    const value = routines.read(cursor, outerParameters(subject.type, undefined))
    return cursor.position === bytes.length ? value : REFUSED
  } catch {
    return REFUSED
  }
}

/** What the generated encoder makes of a value. */
export function generatedWrite(subject: Subject, value: unknown): Uint8Array | typeof REFUSED {
  const routines = routinesOf(subject)
  const parameters = outerParameters(subject.type, undefined)
  try {
    if (routines.size !== undefined) {
      const bytes = new Uint8Array(routines.size)
      routines.write(toView(bytes), bytes, 0, value)
      return bytes
    }
    const writer = new Writer()
    routines.write(writer, value, parameters)
    if (looksAtEnd(subject.type)) {
      writer.end = writer.position
      writer.position = 0
      routines.write(writer, value, parameters)
    }
    return writer.finish()
  } catch {
    return REFUSED
  }
}

export function same(a: unknown, b: unknown): boolean {
  return a === b || sameValue(a, b)
}
