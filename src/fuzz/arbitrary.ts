import type fc from 'fast-check'
import { leastSize, type StructType, sameValue, type Value, walk, write } from '../layout/index.ts'
import { Maker, UNMADE } from './maker.ts'
import { Tape, tapes } from './tape.ts'

/** What the values of an arbitrary are made for. */
export interface ArbitraryOptions {
  /** Values for the parameters of the structure; defaults where none is given. */
  readonly parameters?: Readonly<Record<string, number>>
  /** Whether some framed parts are damaged and stand there as `{ opaque }`; default true. */
  readonly damagedParts?: boolean
}

/**
 * Values of a structure, made by interpreting its description: lengths, counts, tags and flags agree with the parts
 * that they describe, and encoding then decoding gives an equal value. Numbers at the edges are likely; lists stay
 * short; now and then a framed part is damaged and stands there as `{ opaque }`.
 */
export function arbitraryOf<T extends StructType>(type: T, options: ArbitraryOptions = {}): fc.Arbitrary<Value<T>> {
  const choices = Math.min(1024, 64 + 2 * leastSize(type))
  return tapes(choices).map((tape) => makeValue(type, tape, options) as Value<T>)
}

const ATTEMPTS = 64

/** One value of a structure, from the choices on a tape. */
export function makeValue(type: StructType, tape: Tape, options: ArbitraryOptions = {}): Record<string, unknown> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    // Parts can contradict each other: the rest of the tape gives other choices, then an empty one, then any.
    const choices = attempt < 6 ? tape : attempt === 6 ? new Tape([]) : anyTape(attempt)
    try {
      const value = new Maker(choices, options.damagedParts ?? true).root(type, options.parameters)
      if (isCanonical(type, value, options)) return value
    } catch (error) {
      if (error !== UNMADE) throw error
    }
  }
  throw new Error(`No value of ${type.name} could be made in ${ATTEMPTS} attempts.`)
}

function anyTape(seed: number): Tape {
  let state = seed * 0x9e3779b1
  return new Tape(
    Array.from({ length: 256 }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return state ^ (state >>> 15)
    }).map((number) => number >>> 0),
  )
}

/** Whether decoding the encoded value gives it back: a damaged part, for one, might happen to decode. */
function isCanonical(type: StructType, value: Record<string, unknown>, options: ArbitraryOptions): boolean {
  try {
    const bytes = write(type, value, options)
    const decoded = walk(type, bytes, options)
    return decoded.length === bytes.length && sameValue(decoded.value, value)
  } catch {
    return false
  }
}
