import { checkFields, checkSpanNames } from './check.ts'
import { type Operand, toExpression, visitExpression } from './expression.ts'
import { leastSize } from './measure.ts'
import {
  type AnyType,
  ArrayType,
  BitsType,
  BoolType,
  BytesType,
  type CaseMap,
  ChoiceType,
  EnumType,
  type FieldMap,
  FramedType,
  type IntOrder,
  IntType,
  OptionalType,
  type SpanMap,
  SpanType,
  type StructFacts,
  StructType,
  TextType,
} from './types.ts'

// Numbers. Without a suffix they follow the byte order of their structure.

const small = (size: 1 | 2 | 4, signed: boolean, order: IntOrder = 'inherit') =>
  new IntType<number>(size, signed, order)
const big = (signed: boolean, order: IntOrder = 'inherit') => new IntType<bigint>(8, signed, order)

export const u8 = small(1, false)
export const u16 = small(2, false)
export const u32 = small(4, false)
export const u64 = big(false)
export const i8 = small(1, true)
export const i16 = small(2, true)
export const i32 = small(4, true)
export const i64 = big(true)
export const u16le = small(2, false, 'little')
export const u32le = small(4, false, 'little')
export const u64le = big(false, 'little')
export const u16be = small(2, false, 'big')
export const u32be = small(4, false, 'big')
export const u64be = big(false, 'big')
export const i16be = small(2, true, 'big')
export const i32be = small(4, true, 'big')
export const i64be = big(true, 'big')

/** A C "bool" byte. */
export const bool8 = new BoolType()

/** A number with names. */
export function enumeration<const N extends string>(
  base: IntType<number>,
  names: Readonly<Record<number, N>>,
): EnumType<N> {
  return new EnumType(base, names)
}

// Bit fields of words

/** One bit, a boolean. */
export const bit = (at: number) => new SpanType<boolean>(at, at, 'flag')

/** Bits `low` to `high`, both included, as a number; more than 32 bits want `wideSpan`. */
export function span(low: number, high: number): SpanType<number>
/** Bits `low` to `high` with names; unknown numbers stay numbers. */
export function span<const N extends string>(
  low: number,
  high: number,
  names: Readonly<Record<number, N>>,
): SpanType<N | number>
export function span(low: number, high: number, names?: Readonly<Record<number, string>>): SpanType {
  if (high < low || high - low > 31) throw new TypeError(`Bits ${low} to ${high} are not a span of 1 to 32 bits.`)
  return new SpanType(low, high, names === undefined ? 'number' : 'enum', names)
}

/**
 * Bits `low` to `high` where they stand, the bits below them 0: the byte offset or address of a register that keeps
 * flags in its low bits. For words of at most 32 bits.
 */
export const inPlace = (low: number, high: number) => new SpanType<number>(low, high, 'in-place')

/** Bits `low` to `high` of a 64-bit word as a bigint. */
export const wideSpan = (low: number, high: number) => new SpanType<bigint>(low, high, 'bigint')

/** All bits that have no name, in place and reserved: non-zero ones are kept and reported. */
export const rest = () => new SpanType<number>(0, 0, 'rest')
/** `rest` of a 64-bit word. */
export const wideRest = () => new SpanType<bigint>(0, 0, 'rest')

/** A word split into named bits; every bit has to belong to exactly one member. */
export function bits<const M extends SpanMap>(word: IntType, members: M): BitsType<M> {
  if (word.signed) throw new TypeError('A word with bit fields is unsigned.')
  checkSpanNames(Object.keys(members))
  const all = (1n << BigInt(word.size * 8)) - 1n
  let named = 0n
  let rests = 0
  for (const [name, member] of Object.entries(members)) {
    if (member.as === 'rest') {
      rests += 1
      continue
    }
    if (member.as === 'in-place' && word.size === 8) {
      throw new TypeError(`${name} stands in place in a 64-bit word, where a number cannot hold it.`)
    }
    const mask = spanMask(member)
    if ((mask & named) !== 0n || mask > all) {
      throw new TypeError(`Bits ${member.low} to ${member.high} of ${name} overlap another member or leave the word.`)
    }
    named |= mask
  }
  const restMask = all & ~named
  if (rests > 1 || (restMask !== 0n) !== (rests === 1)) {
    throw new TypeError(
      `Bits 0x${restMask.toString(16)} of {${Object.keys(members).join(', ')}} need exactly one rest() member.`,
    )
  }
  return new BitsType(word, members, restMask)
}

/** Bits of a span, in place. */
export function spanMask(member: SpanType): bigint {
  return ((1n << BigInt(member.width)) - 1n) << BigInt(member.low)
}

// Parts

/** A run of bytes. */
export const bytes = (length: Operand) => new BytesType(toExpression(length), false)
/** Reserved bytes: kept, and reported when not zero. */
export const reserved = (length: Operand) => new BytesType(toExpression(length), true)
/** Text padded with NUL bytes to `length`. */
export const text = (length: Operand) => new TextType(toExpression(length))

/** `count` elements, or `'to-end'`: as many as the frame holds. */
export function array<const E extends AnyType>(element: E, count: Operand | 'to-end'): ArrayType<E> {
  if (leastSize(element) === 0) throw new TypeError('An array element needs at least one byte.')
  return new ArrayType(element, count === 'to-end' ? count : toExpression(count))
}

/** A part of `length` bytes that `inner` has to fill exactly. */
export function framed<const T extends AnyType>(length: Operand, inner: T): FramedType<T> {
  const parts = inner.kind === 'choice' ? [...Object.values(inner.cases), inner.otherwise] : [inner]
  if (parts.some((part) => part?.kind === 'struct' && 'opaque' in part.fields)) {
    throw new TypeError('A framed structure has no field named opaque: damaged parts are told by that name.')
  }
  return new FramedType<T>(toExpression(length), inner)
}

/** The part that `tag` selects. */
export function choice<const C extends CaseMap>(tag: Operand, cases: C): ChoiceType<C[keyof C & number]>
export function choice<const C extends CaseMap, const D extends AnyType>(
  tag: Operand,
  cases: C,
  otherwise: D,
): ChoiceType<C[keyof C & number] | D>
export function choice(tag: Operand, cases: CaseMap, otherwise?: AnyType): ChoiceType {
  const expression = toExpression(tag)
  visitExpression(expression, ({ op }) => {
    if (op === 'remaining' || op === 'position') {
      throw new TypeError('A tag does not depend on where a part lies: its value alone has to tell the part.')
    }
  })
  return new ChoiceType(expression, cases, otherwise)
}

/** A part that is there when `condition` is not 0. */
export const optional = <const T extends AnyType>(condition: Operand, inner: T) =>
  new OptionalType<T>(toExpression(condition), inner)

/** Named fields one after another, without padding. */
export function struct<const F extends FieldMap>(name: string, fields: F, facts: StructFacts): StructType<F> {
  const type = new StructType(name, fields, facts)
  checkFields(type)
  return type
}
