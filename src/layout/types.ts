import type { Severity } from '../findings/index.ts'
import type { Agreement } from './agreement.ts'
import type { Evidence } from './evidence.ts'
import type { Expression } from './expression.ts'

/** Byte order of a number: fixed, or that of the structure it stands in. */
export type IntOrder = 'inherit' | 'little' | 'big'
/** Byte order of a structure: fixed, or chosen by whoever decodes (`byteOrder` option, default little). */
export type StructOrder = 'little' | 'big' | 'parameter'
export type ByteOrder = 'little' | 'big'

/** A part of which the bytes are known and the meaning is not, because it is damaged or undescribed. */
export interface Opaque {
  opaque: Uint8Array
}

/** Common to every type: a phantom value type and a one-line meaning. */
export abstract class Layout<V> {
  /** Only for the type checker: what decoding gives. */
  declare readonly '~value': V
  readonly meaning: string = ''
  /** How sure this part is, where that differs from what stands around it. */
  readonly evidence: Evidence | undefined = undefined
  /** What a destination requires of it; undefined for numbers that it takes as they are, and for bytes that only it understands. */
  readonly agreement: Agreement | undefined = undefined

  /** The same type with a one-line meaning (units where it has any). */
  doc(meaning: string): this {
    return this.with({ meaning })
  }

  /** The same type, its facts being less (or more) sure than those around it. */
  known(evidence: Evidence): this {
    return this.with({ evidence })
  }

  /** The same type, compared by a destination with its own value. */
  agrees(rule: Agreement['rule'], refusal: string): this {
    return this.with({ agreement: { rule, refusal } })
  }

  protected with(changes: object): this {
    return Object.assign(Object.create(Object.getPrototypeOf(this)), this, changes)
  }
}

/** What decoding a description gives. */
export type Value<T extends Layout<unknown>> = T['~value']

/** Values outside [min, max] decode, and are reported. */
export interface Limits {
  readonly min: number
  readonly max: number
  readonly severity: Severity
}

/** 1, 2 and 4 bytes are numbers; 8 bytes are bigints. */
export class IntType<V extends number | bigint = number | bigint> extends Layout<V> {
  readonly kind = 'int'
  readonly hex: boolean = false
  readonly magic: V | undefined = undefined
  readonly limits: Limits | undefined = undefined

  constructor(
    readonly size: 1 | 2 | 4 | 8,
    readonly signed: boolean,
    readonly order: IntOrder,
  ) {
    super()
  }

  /** Shown in hexadecimal: identifiers, addresses, masks. */
  asHex(): this {
    return this.with({ hex: true })
  }

  /** Any other value means that this is a different structure: decoding fails. */
  is(magic: V): this {
    return this.with({ magic })
  }

  /** Values outside [min, max] are kept and reported as `layout/out-of-range`. */
  within(min: number, max: number, severity: Severity = 'warning'): this {
    return this.with({ limits: { min, max, severity } })
  }
}

/** One byte that C calls `bool`: 0 and 1 decode to booleans, anything else stays a number. */
export class BoolType extends Layout<boolean | number> {
  readonly kind = 'bool'
}

/** A number with names; unknown numbers stay numbers. */
export class EnumType<N extends string = string> extends Layout<N | number> {
  readonly kind = 'enum'
  readonly numbers: ReadonlyMap<string, number>

  constructor(
    readonly base: IntType<number>,
    readonly names: Readonly<Record<number, N>>,
  ) {
    super()
    this.numbers = numbersByName(names)
  }
}

/** The numbers of an enumeration by name. @throws TypeError for a name given twice */
export function numbersByName(names: Readonly<Record<number, string>>): Map<string, number> {
  const numbers = new Map<string, number>()
  for (const [number, name] of Object.entries(names)) {
    if (numbers.has(name)) throw new TypeError(`Two numbers have the name ${JSON.stringify(name)}.`)
    numbers.set(name, Number(number))
  }
  return numbers
}

/** The numbers of an enumeration, each under its name. @throws TypeError for a name given twice */
export function numbersOf<const T extends Readonly<Record<number, string>>>(names: T) {
  return Object.fromEntries(numbersByName(names)) as { readonly [N in keyof T & number as T[N]]: N }
}

/** A run of bits in a word, lowest bit 0. */
export class SpanType<V = unknown> extends Layout<V> {
  readonly kind = 'span'
  readonly numbers: ReadonlyMap<string, number> | undefined
  readonly hex: boolean = false

  constructor(
    /** Lowest and highest bit, both included. */
    readonly low: number,
    readonly high: number,
    readonly as: 'flag' | 'number' | 'in-place' | 'bigint' | 'enum' | 'rest',
    readonly names?: Readonly<Record<number, string>>,
  ) {
    super()
    this.numbers = names === undefined ? undefined : numbersByName(names)
  }

  get width(): number {
    return this.high - this.low + 1
  }

  asHex(): this {
    return this.with({ hex: true })
  }
}

export type SpanMap = Readonly<Record<string, SpanType>>

/** A word split into named bits. Every bit belongs to exactly one member. */
export class BitsType<M extends SpanMap = SpanMap> extends Layout<{
  -readonly [K in keyof M]: M[K]['~value']
}> {
  readonly kind = 'bits'

  constructor(
    readonly word: IntType,
    readonly members: M,
    /** Bits of the `rest()` member, in place; 0n when all bits are named. */
    readonly restMask: bigint,
  ) {
    super()
  }
}

/** A run of bytes: a view of the input. */
export class BytesType extends Layout<Uint8Array> {
  readonly kind = 'bytes'
  constructor(
    readonly length: Expression,
    /** Reserved runs should be zero; others are kept and reported. */
    readonly reserved: boolean,
  ) {
    super()
  }
}

/** Text padded with NUL bytes to a stated length: a character per byte, without the padding. */
export class TextType extends Layout<string> {
  readonly kind = 'text'
  readonly names: Readonly<Record<number, string>> | undefined = undefined
  readonly numbers: ReadonlyMap<string, number> | undefined = undefined

  constructor(readonly length: Expression) {
    super()
  }

  /** The same text, a number to expressions: a tag where formats tell their parts by words. Other texts count as 0. */
  numbered(names: Readonly<Record<number, string>>): this {
    return this.with({ names, numbers: numbersByName(names) })
  }
}

/** Elements one after another: a stated count, or to the end of the enclosing frame. */
export class ArrayType<E extends AnyType = AnyType> extends Layout<E['~value'][]> {
  readonly kind = 'array'
  constructor(
    readonly element: E,
    readonly count: Expression | 'to-end',
  ) {
    super()
  }
}

/** A part of stated length. What its inner description does not fit becomes `{ opaque }`. */
export class FramedType<T extends AnyType = AnyType> extends Layout<T['~value'] | Opaque> {
  readonly kind = 'framed'
  constructor(
    readonly length: Expression,
    readonly inner: T,
  ) {
    super()
  }
}

export type CaseMap = Readonly<Record<number, AnyType>>

/** The part that a tag selects. Its parameter is the union of the parts: an object of them would be invariant. */
export class ChoiceType<P extends AnyType = AnyType> extends Layout<P['~value']> {
  readonly kind = 'choice'
  constructor(
    readonly tag: Expression,
    readonly cases: CaseMap,
    /** For tags without a case; without it such tags are a DecodeError. */
    readonly otherwise: AnyType | undefined,
  ) {
    super()
  }
}

/** A part that is there when the condition is not 0. */
export class OptionalType<T extends AnyType = AnyType> extends Layout<T['~value'] | undefined> {
  readonly kind = 'optional'
  constructor(
    readonly condition: Expression,
    readonly inner: T,
  ) {
    super()
  }
}

export type FieldMap = Readonly<Record<string, AnyType>>

/** Values from outside that a structure's expressions use. */
export type ParameterMap = Readonly<Record<string, { readonly meaning: string; readonly default: number }>>

/** Shared, so that structures without parameters are told at a glance. */
export const NO_PARAMETERS: ParameterMap = Object.freeze({})

/** What is known of a structure besides its fields. */
export interface StructFacts {
  /** What people call it. */
  readonly title: string
  /** Kernel header, QEMU file, mail or spec section that the layout comes from. */
  readonly source: string
  readonly byteOrder?: StructOrder
  readonly evidence?: Evidence
  /** Elements of a table that is searched: generate fast columns. */
  readonly columns?: boolean
  readonly parameters?: ParameterMap
}

/** Named fields one after another, without padding. */
export class StructType<F extends FieldMap = FieldMap> extends Layout<{
  -readonly [K in keyof F]: F[K]['~value']
}> {
  readonly kind = 'struct'
  readonly byteOrder: StructOrder
  readonly parameters: ParameterMap
  /** Arguments for the parameters, where one structure stands inside another. */
  readonly given: Readonly<Record<string, Expression>> = {}

  constructor(
    /** Stable kebab-case name. */
    readonly name: string,
    readonly fields: F,
    readonly facts: StructFacts,
  ) {
    super()
    this.byteOrder = facts.byteOrder ?? 'little'
    this.parameters = facts.parameters ?? NO_PARAMETERS
  }

  /** The same structure, its parameters taken from fields of the structure it stands in. */
  withParameters(given: Readonly<Record<string, Expression>>): this {
    return this.with({ given })
  }
}

export type AnyType =
  | IntType
  | BoolType
  | EnumType
  | BitsType
  | BytesType
  | TextType
  | ArrayType
  | FramedType
  | ChoiceType
  | OptionalType
  | StructType
