import { spanMask } from '../describe.ts'
import { fixedSize } from '../measure.ts'
import type { AnyType, BitsType, IntType, SpanType, StructType } from '../types.ts'
import type { Maker, Names } from './names.ts'
import { literal } from './read-fixed.ts'

/** A function `(dataView, buffer, offset, value)` for a structure of fixed size. */
export const makeFixedWriter: Maker = (name, type, little, names) => {
  const writer = new FixedWriter(names)
  writer.struct(type, 'value', 0, little)
  return [`function ${name}(dataView, buffer, offset, value) {`, ...writer.statements, '}']
}

/** Writes parts of fixed size at constant distances from `offset`, checking each value first. */
export class FixedWriter {
  readonly statements: string[] = []
  constructor(private readonly names: Names) {}

  struct(type: StructType, value: string, at: number, inherited: boolean): number {
    this.statements.push(...objectCheck(type, value))
    const little = type.byteOrder === 'parameter' ? inherited : type.byteOrder === 'little'
    let end = at
    for (const [name, field] of Object.entries(type.fields)) {
      end = this.part(field, this.hold(`${value}.${name}`), end, little)
    }
    return end
  }

  /** Writes one part; returns where the next one starts. */
  part(type: AnyType, value: string, at: number, little: boolean): number {
    switch (type.kind) {
      case 'int':
        this.int(type, value, at, little)
        return at + type.size
      case 'bool': {
        const byte = this.hold(`typeof ${value} === 'boolean' ? Number(${value}) : ${value}`)
        this.statements.push(`fits((${byte} & 0xff) === ${byte});`, `dataView.setUint8(offset + ${at}, ${byte});`)
        return at + 1
      }
      case 'enum': {
        this.int(type.base, this.hold(enumNumber(this.names, type.names, value)), at, little)
        return at + type.base.size
      }
      case 'bits':
        this.bits(type, value, at, little)
        return at + type.word.size
      case 'bytes':
      case 'text': {
        const size = fixedSize(type) as number
        const run = type.kind === 'text' ? this.hold(`textBytes(${value}, ${size})`) : value
        this.statements.push(
          `fits(${run} instanceof Uint8Array && ${run}.length === ${size});`,
          `buffer.set(${run}, offset + ${at});`,
        )
        return at + size
      }
      case 'array': {
        const each = fixedSize(type.element) as number
        const size = fixedSize(type) as number
        const inner = new FixedWriter(this.names)
        const element = this.names.variable()
        inner.part(type.element, element, 0, little)
        this.statements.push(
          `fits(Array.isArray(${value}) && ${value}.length === ${size / each});`,
          ...elementLoop(this.names, value, element, inner.statements, at, each),
        )
        return at + size
      }
      case 'struct':
        return this.struct(type, value, at, little)
      default:
        throw new TypeError(`A ${type.kind} has no fixed size.`)
    }
  }

  private int(type: IntType, value: string, at: number, inherited: boolean): void {
    const little = type.order === 'inherit' ? inherited : type.order === 'little'
    const method = `${type.size === 8 ? 'Big' : ''}${type.signed ? 'Int' : 'Uint'}${type.size * 8}`
    const magic = type.magic === undefined ? '' : ` && ${value} === ${literal(type.magic)}`
    this.statements.push(
      `if (!(${rangeCheck(type, value)}${magic})) throw UNFIT;`,
      `dataView.set${method}(offset + ${at}, ${value}${type.size === 1 ? '' : `, ${little}`});`,
    )
  }

  private bits(type: BitsType, value: string, at: number, inherited: boolean): void {
    const little = type.word.order === 'inherit' ? inherited : type.word.order === 'little'
    if (type.word.size === 8) {
      const terms = this.terms(type, value, true)
      this.statements.push(`dataView.setBigUint64(offset + ${at}, ${terms.join(' | ')}, ${little});`)
      return
    }
    const word = this.terms(type, value, false).join(' | ')
    const order = type.word.size === 1 ? '' : `, ${little}`
    this.statements.push(`dataView.setUint${type.word.size * 8}(offset + ${at}, ${word}${order});`)
  }

  private terms(type: BitsType, value: string, wide: boolean): string[] {
    return Object.entries(type.members).map(([name, member]) => {
      const held = this.hold(`${value}.${name}`)
      return wide ? this.wideTerm(type, member, held) : this.narrowTerm(type, member, held)
    })
  }

  private narrowTerm(type: BitsType, member: SpanType, value: string): string {
    if (member.as === 'flag') {
      this.statements.push(`if (${value} !== true && ${value} !== false) throw UNFIT;`)
      return `(${value} ? 0x${(1n << BigInt(member.low)).toString(16)} : 0)`
    }
    if (member.as === 'rest') {
      this.statements.push(`if ((${value} & 0x${type.restMask.toString(16)}) >>> 0 !== ${value}) throw UNFIT;`)
      return value
    }
    if (member.as === 'in-place') {
      this.statements.push(`if ((${value} & 0x${spanMask(member).toString(16)}) >>> 0 !== ${value}) throw UNFIT;`)
      return value
    }
    const number = this.checkedSpan(member, value)
    return member.low === 0 ? number : `${number} << ${member.low}`
  }

  private wideTerm(type: BitsType, member: SpanType, value: string): string {
    if (member.as === 'flag') {
      this.statements.push(`if (${value} !== true && ${value} !== false) throw UNFIT;`)
      return `(${value} ? 0x${(1n << BigInt(member.low)).toString(16)}n : 0n)`
    }
    if (member.as === 'rest') {
      this.statements.push(`fits((${value} & 0x${type.restMask.toString(16)}n) === ${value});`)
      return value
    }
    if (member.as === 'bigint') {
      this.statements.push(`fits(BigInt.asUintN(${member.width}, ${value}) === ${value});`)
      return `${value} << ${member.low}n`
    }
    return `BigInt(${this.checkedSpan(member, value)}) << ${member.low}n`
  }

  /** The number of a member of at most 32 bits, once it is known to fit. */
  private checkedSpan(member: SpanType, value: string): string {
    const number = member.as === 'enum' ? this.hold(enumNumber(this.names, member.names ?? {}, value)) : value
    const mask = `0x${((1n << BigInt(member.width)) - 1n).toString(16)}`
    this.statements.push(`if ((${number} & ${mask}) >>> 0 !== ${number}) throw UNFIT;`)
    return number
  }

  private hold(expression: string): string {
    const variable = this.names.variable()
    this.statements.push(`const ${variable} = ${expression};`)
    return variable
  }
}

function enumNumber(names: Names, numbers: Readonly<Record<number, string>>, value: string): string {
  return `typeof ${value} === 'string' ? ${names.numbers(numbers)}.get(${value}) : ${value}`
}

/** True for values that the field can hold; -0, fractions and other types are not. */
function rangeCheck(type: IntType, value: string): string {
  if (type.size === 8)
    return `typeof ${value} === 'bigint' && BigInt.as${type.signed ? 'Int' : 'Uint'}N(64, ${value}) === ${value}`
  if (type.size === 4) return type.signed ? `(${value} | 0) === ${value}` : `(${value} >>> 0) === ${value}`
  const width = type.size * 8
  if (!type.signed) return `(${value} & 0x${(2 ** width - 1).toString(16)}) === ${value}`
  return `${value} << ${32 - width} >> ${32 - width} === ${value}`
}

/** Where no field has to be there, that the value is an object has to be asked for. */
export function objectCheck(type: StructType, value: string): string[] {
  if (Object.values(type.fields).some(({ kind }) => kind !== 'optional' && kind !== 'choice' && kind !== 'framed'))
    return []
  return [`fits(typeof ${value} === 'object' && ${value} !== null);`]
}

export function elementLoop(
  names: Names,
  elements: string,
  element: string,
  statements: readonly string[],
  at: number,
  each: number,
): string[] {
  const [base, index] = [names.variable(), names.variable()]
  return [
    '{',
    `const ${base} = offset;`,
    `for (let ${index} = 0; ${index} < ${elements}.length; ${index}++) {`,
    `const ${element} = ${elements}[${index}];`,
    `const offset = ${base} + ${at} + ${index} * ${each};`,
    ...statements,
    '}',
    '}',
  ]
}
