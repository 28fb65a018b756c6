import { counted, EncodeError, type PathPart } from '../findings/index.ts'
import type { layoutCodes } from './codes.ts'
import { spanMask } from './describe.ts'
import { dependsOnEnd, type Expression, evaluate, type Scope } from './expression.ts'
import { looksAtEnd } from './measure.ts'
import { fieldNumber, givenParameters, outerParameters, parametersOf } from './scope.ts'
import { textBytes } from './text.ts'
import type {
  AnyType,
  ArrayType,
  BitsType,
  ByteOrder,
  BytesType,
  ChoiceType,
  FramedType,
  IntType,
  OptionalType,
  StructType,
  TextType,
} from './types.ts'
import { joinSpan, wordRange, writeWord } from './words.ts'
import { Writer } from './writer.ts'

/** What an encoding depends on besides the value. */
export interface WriteOptions {
  readonly byteOrder?: ByteOrder
  readonly parameters?: Readonly<Record<string, number>>
}

/**
 * The careful encoder: interprets a description over a value, checks everything before it writes, and knows the
 * path of what is wrong. Generated encoders do the fast work and come here to explain a refusal.
 *
 * @throws EncodeError for a value that has no encoding
 */
export function write(type: StructType, value: unknown, options: WriteOptions = {}): Uint8Array {
  const supplied = outerParameters(type, options.parameters)
  const little = (options.byteOrder ?? 'little') === 'little'
  const encoder = new Encoder()
  encoder.struct(type, value, supplied, little, undefined)
  // Now that the end is known, what depends on it can be checked.
  if (looksAtEnd(type)) new Encoder().struct(type, value, supplied, little, encoder.out.position)
  return encoder.out.finish()
}

interface Surroundings {
  readonly scope: Scope
  readonly little: boolean
  /** End of the enclosing frame, where one states it. */
  readonly end: number | undefined
}

class Encoder {
  readonly out = new Writer()
  private readonly path: PathPart[] = []

  struct(
    type: StructType,
    value: unknown,
    supplied: Readonly<Record<string, number>>,
    inheritedLittle: boolean,
    end: number | undefined,
  ): void {
    if (value === null || typeof value !== 'object') this.wrongType(`a ${type.name} object`, value)
    const values = value as Record<string, unknown>
    const start = this.out.position
    const little = type.byteOrder === 'parameter' ? inheritedLittle : type.byteOrder === 'little'
    const scope: Scope = {
      field: (path) => this.safe(fieldNumber(type, values, path)),
      parameter: (name) => supplied[name] as number,
      remaining: () => (end === undefined ? Number.NaN : end - this.out.position),
      position: () => this.out.position - start,
    }
    for (const [name, fieldType] of Object.entries(type.fields)) {
      this.path.push(name)
      this.value(fieldType, values[name], { scope, little, end })
      this.path.pop()
    }
  }

  private value(type: AnyType, value: unknown, around: Surroundings): void {
    if (value === undefined && !MAYBE_ABSENT.has(type.kind)) {
      this.fail('layout/missing-field', 'a value', 'nothing')
    }
    switch (type.kind) {
      case 'int':
        return this.int(type, value, around)
      case 'bool': {
        const byte = typeof value === 'boolean' ? Number(value) : value
        if (!Number.isInteger(byte) || (byte as number) < 0 || (byte as number) > 255) {
          this.wrongType('a boolean, or the number of a byte that is neither 0 nor 1', value)
        }
        const offset = this.out.reserve(1)
        this.out.view.setUint8(offset, byte as number)
        return
      }
      case 'enum': {
        const number = typeof value === 'string' ? type.numbers.get(value) : value
        if (number === undefined) {
          this.fail(
            'layout/value-out-of-range',
            `a number or one of ${[...type.numbers.keys()].join(', ')}`,
            describe(value),
          )
        }
        return this.int(type.base, number, around)
      }
      case 'bits':
        return this.bitFields(type, value, around)
      case 'bytes':
      case 'text':
        return this.run(type, value, around)
      case 'array':
        return this.array(type, value, around)
      case 'framed':
        return this.framed(type, value, around)
      case 'choice':
        return this.choice(type, value, around)
      case 'optional':
        return this.optional(type, value, around)
      case 'struct': {
        const given = givenParameters(type, around.scope, evaluate)
        return this.struct(type, value, parametersOf(type, given), around.little, around.end)
      }
    }
  }

  private int(type: IntType, value: unknown, around: Surroundings): void {
    const wanted = type.size === 8 ? 'bigint' : 'number'
    if (typeof value !== wanted || (wanted === 'number' && !Number.isInteger(value))) {
      this.wrongType(type.size === 8 ? 'a bigint' : 'an integer', value)
    }
    const { min, max } = wordRange(type)
    const number = value as number | bigint
    if (number < min || number > max) this.fail('layout/value-out-of-range', `${min} to ${max}`, String(value))
    if (type.magic !== undefined && number !== type.magic) {
      this.fail('layout/wrong-magic', `0x${type.magic.toString(16)}`, `0x${number.toString(16)}`)
    }
    const little = type.order === 'inherit' ? around.little : type.order === 'little'
    const offset = this.out.reserve(type.size)
    writeWord(this.out.view, offset, type, little, number)
  }

  private bitFields(type: BitsType, value: unknown, around: Surroundings): void {
    if (value === null || typeof value !== 'object') this.wrongType('an object of bit fields', value)
    let raw = 0n
    for (const [name, member] of Object.entries(type.members)) {
      this.path.push(name)
      const found = (value as Record<string, unknown>)[name]
      if (found === undefined) this.fail('layout/missing-field', 'a value', 'nothing')
      const placed = joinSpan(type, member, found)
      if (placed === undefined) {
        const expected =
          member.as === 'flag'
            ? 'true or false'
            : member.as === 'rest'
              ? `bits within 0x${type.restMask.toString(16)}`
              : member.as === 'in-place'
                ? `bits within 0x${spanMask(member).toString(16)}`
                : `a value of ${member.width} bits`
        this.fail('layout/value-out-of-range', expected, describe(found))
      }
      raw |= placed
      this.path.pop()
    }
    const little = type.word.order === 'inherit' ? around.little : type.word.order === 'little'
    const offset = this.out.reserve(type.word.size)
    writeWord(this.out.view, offset, type.word, little, raw)
  }

  private run(type: BytesType | TextType, value: unknown, around: Surroundings): void {
    const length = this.stated(type.length, around)
    const padded = dependsOnEnd(type.length) ? undefined : length
    const run = type.kind === 'text' ? textBytes(value, padded) : value
    if (!(run instanceof Uint8Array)) {
      const most = padded === undefined ? '' : ` and at most ${counted(padded, 'character')}`
      this.wrongType(type.kind === 'text' ? `text of one byte a character${most}` : 'bytes', value)
    }
    if (length !== undefined && run.length !== length) {
      this.fail('layout/length-mismatch', counted(length, 'byte'), counted(run.length, 'byte'))
    }
    this.out.append(run)
  }

  private array(type: ArrayType, value: unknown, around: Surroundings): void {
    if (!Array.isArray(value)) this.wrongType('an array', value)
    const count = type.count === 'to-end' ? undefined : this.stated(type.count, around)
    if (count !== undefined && value.length !== count) {
      this.fail('layout/length-mismatch', counted(count, 'element'), counted(value.length, 'element'))
    }
    value.forEach((element, index) => {
      this.path.push(index)
      this.value(type.element, element, around)
      this.path.pop()
    })
  }

  private framed(type: FramedType, value: unknown, around: Surroundings): void {
    const start = this.out.position
    const length = this.stated(type.length, around)
    const end = length === undefined ? undefined : start + length
    if (isOpaque(value)) {
      this.out.append(value.opaque)
    } else {
      const remaining = () => (end === undefined ? Number.NaN : end - this.out.position)
      this.value(type.inner, value, { ...around, scope: { ...around.scope, remaining }, end })
    }
    const written = this.out.position - start
    if (length !== undefined && written !== length) {
      this.fail('layout/length-mismatch', counted(length, 'byte'), counted(written, 'byte'))
    }
  }

  private choice(type: ChoiceType, value: unknown, around: Surroundings): void {
    const tag = evaluate(type.tag, around.scope)
    const part = type.cases[tag] ?? type.otherwise
    if (part === undefined) {
      this.fail('layout/unknown-tag', `a tag of ${Object.keys(type.cases).join(', ')}`, String(tag))
    }
    this.value(part, value, around)
  }

  private optional(type: OptionalType, value: unknown, around: Surroundings): void {
    const condition = this.stated(type.condition, around)
    if (condition !== undefined && (condition !== 0) !== (value !== undefined)) {
      const expected = condition !== 0 ? 'a part, as other fields state' : 'no part, as other fields state'
      this.fail('layout/length-mismatch', expected, value === undefined ? 'none' : 'one')
    }
    if (value !== undefined) this.value(type.inner, value, around)
  }

  /** What an expression states, or undefined where it depends on an end that nothing states. */
  private stated(expression: Expression, around: Surroundings): number | undefined {
    if (around.end === undefined && dependsOnEnd(expression)) return undefined
    return evaluate(expression, around.scope)
  }

  private safe(value: number): number {
    if (!Number.isSafeInteger(value)) {
      this.fail('layout/number-too-large', 'a length, count or tag below 2^53', String(value))
    }
    return value
  }

  private wrongType(expected: string, found: unknown): never {
    this.fail('layout/wrong-type', expected, describe(found))
  }

  private fail(code: keyof typeof layoutCodes.entries, expected: string, found: string): never {
    throw new EncodeError({ code, path: [...this.path], expected, found })
  }
}

/** Kinds that leave it to what they hold whether there has to be a value. */
const MAYBE_ABSENT: ReadonlySet<AnyType['kind']> = new Set(['optional', 'choice', 'framed'])

/** A part that was kept as bytes because it could not be decoded. */
export function isOpaque(value: unknown): value is { opaque: Uint8Array } {
  return value !== null && typeof value === 'object' && (value as { opaque?: unknown }).opaque instanceof Uint8Array
}

/** The same in JSON, where bytes may already stand for a reference to them. */
export function isOpaqueJson(json: unknown): json is { opaque: string } {
  return (
    isOpaque(json) ||
    (json !== null && typeof json === 'object' && typeof (json as { opaque?: unknown }).opaque === 'string')
  )
}

/** A value in a few words, for messages. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}...` : value)
  if (value instanceof Uint8Array) return counted(value.length, 'byte')
  if (Array.isArray(value)) return `an array of ${value.length}`
  return value !== null && typeof value === 'object' ? 'an object' : String(value)
}
