import { Parser } from 'binary-parser'
import { spanMask } from '../describe.ts'
import { fixedSize } from '../measure.ts'
import type { AnyType, BitsType, IntType, SpanType, StructType } from '../types.ts'
import type { Names } from './names.ts'

/** A number read by a fixed run: the variable it went to and the type that gives it meaning. */
interface Leaf {
  /** `uint16le`, ... in binary-parser's terms. */
  readonly method: string
  readonly variable: string
}

/** Statements that read a fixed run from `offset` on, and expressions for the values in it. */
export interface FixedRun {
  readonly statements: string[]
  readonly expressions: string[]
  /** Numbers by dotted field path, for expressions that refer to them. */
  readonly numbers: Map<string, string>
}

type Little = boolean

/**
 * Code for consecutive parts of fixed size. binary-parser decodes: its generated statements are taken as they are,
 * without the `$root` and `$parent` context that would put the value into V8's dictionary mode; words with bit
 * fields are read whole and split here, because binary-parser takes bits in byte order.
 */
export function readFixed(parts: readonly [name: string, type: AnyType][], names: Names, little: Little): FixedRun {
  const run = new RunBuilder(names)
  const expressions = parts.map(([name, type]) => run.part(name, type, little))
  return { statements: run.statements(), expressions, numbers: run.numbers }
}

class RunBuilder {
  readonly numbers = new Map<string, string>()
  private readonly done: string[] = []
  private parser = new Parser()
  private pending = 0

  constructor(private readonly names: Names) {}

  statements(): string[] {
    this.flush()
    return this.done
  }

  part(path: string, type: AnyType, little: Little): string {
    switch (type.kind) {
      case 'int': {
        const { variable } = this.number(type, little)
        this.numbers.set(path, type.size === 8 ? `safe(${variable})` : variable)
        return type.magic === undefined ? variable : this.checked(variable, `${variable} === ${literal(type.magic)}`)
      }
      case 'bool': {
        const variable = this.names.variable()
        this.add({ method: 'uint8', variable })
        this.numbers.set(path, variable)
        return `${variable} > 1 ? ${variable} : ${variable} === 1`
      }
      case 'enum': {
        const { variable } = this.number(type.base, little)
        this.numbers.set(path, variable)
        return `${this.names.table(type.names)}[${variable}] ?? ${variable}`
      }
      case 'bits':
        return this.bits(path, type, little)
      case 'bytes':
      case 'text': {
        const size = fixedSize(type) as number
        const variable = this.names.variable()
        // binary-parser refuses a buffer of constant length 0.
        if (size === 0) return type.kind === 'text' ? `''` : 'buffer.subarray(offset, offset)'
        this.parser.buffer(variable, { length: size })
        this.pending += 1
        if (type.kind === 'text' && type.names !== undefined) {
          this.numbers.set(path, `(${this.names.numbers(type.names)}.get(textValue(${variable}, true)) ?? 0)`)
        }
        return type.kind === 'text' ? `textValue(${variable}, true)` : variable
      }
      case 'array':
        return this.array(path, fixedSize(type) as number, type.element, little)
      case 'struct': {
        const order = type.byteOrder === 'parameter' ? little : type.byteOrder === 'little'
        return objectLiteral(
          Object.entries(type.fields).map(([name, field]) => [name, this.part(`${path}.${name}`, field, order)]),
        )
      }
      default:
        throw new TypeError(`A ${type.kind} has no fixed size.`)
    }
  }

  private number(type: IntType, little: Little): Leaf {
    const leaf = { method: parserMethod(type, little), variable: this.names.variable() }
    this.add(leaf)
    return leaf
  }

  private add(leaf: Leaf): void {
    ;(this.parser as unknown as Record<string, (name: string) => void>)[leaf.method]?.(leaf.variable)
    this.pending += 1
  }

  private checked(value: string, condition: string): string {
    this.flush()
    this.done.push(`fits(${condition});`)
    return value
  }

  private bits(path: string, type: BitsType, little: Little): string {
    const order = type.word.order === 'inherit' ? little : type.word.order === 'little'
    if (type.word.size === 8) {
      const half = (variable: string): string => {
        this.add({ method: order ? 'uint32le' : 'uint32be', variable })
        return variable
      }
      const [low, high] = [this.names.variable(), this.names.variable()]
      if (order) half(low)
      half(high)
      if (!order) half(low)
      return this.members(path, type, (member) => wideSpan(type, member, low, high))
    }
    const { variable } = this.number({ ...type.word, signed: false } as IntType, little)
    return this.members(path, type, (member) => narrowSpan(type, member, variable))
  }

  private members(path: string, type: BitsType, number: (member: SpanType) => string): string {
    return objectLiteral(
      Object.entries(type.members).map(([name, member]) => {
        const raw = number(member)
        this.numbers.set(
          `${path}.${name}`,
          member.as === 'bigint' || (member.as === 'rest' && type.word.size === 8) ? `safe(${raw})` : raw,
        )
        if (member.as === 'flag') return [name, `${raw} !== 0`]
        if (member.as === 'enum') return [name, `${this.names.table(member.names ?? {})}[${raw}] ?? ${raw}`]
        return [name, raw]
      }),
    )
  }

  private array(path: string, size: number, element: AnyType, little: Little): string {
    const each = fixedSize(element) as number
    const count = size / each
    const variable = this.names.variable()
    if (element.kind === 'int' && element.magic === undefined && count > 0) {
      this.parser.array(variable, { type: parserMethod(element, little), length: count })
      this.pending += 1
      return variable
    }
    this.flush()
    this.done.push(...arrayLoop(variable, String(count), element, this.names, little, path))
    return variable
  }

  /** Turns what has been described so far into binary-parser's statements. */
  private flush(): void {
    if (this.pending === 0) return
    const lines = this.parser
      .getCode()
      .split('\n')
      .filter((line) => line !== '' && !CONTEXT.test(line))
    for (const line of lines) {
      this.done.push(line.replace(/^vars\.(\w+) = /, 'const $1 = ').replaceAll('vars.', ''))
    }
    this.parser = new Parser()
    this.pending = 0
  }
}

/** Lines of binary-parser's code that set up and take down its context. */
const CONTEXT = /^(var dataView =|var offset =|var vars =|vars\.\$|delete vars\.\$|return vars)/

/** A loop that fills `variable` with `count` elements of fixed size from `offset` on. */
export function arrayLoop(
  variable: string,
  count: string,
  element: AnyType,
  names: Names,
  little: Little,
  path: string,
): string[] {
  if (element.kind === 'struct') {
    const reader = names.fixedReader(element as StructType, little)
    return [
      `const ${variable} = new Array(${count});`,
      `for (let i = 0; i < ${variable}.length; i++) { ${variable}[i] = ${reader}(dataView, buffer, offset); offset += ${fixedSize(element)}; }`,
    ]
  }
  const run = readFixed([[path, element]], names, little)
  return [
    `const ${variable} = new Array(${count});`,
    `for (let i = 0; i < ${variable}.length; i++) {`,
    ...run.statements,
    `${variable}[i] = ${run.expressions[0]};`,
    '}',
  ]
}

export function parserMethod(type: IntType, little: Little): string {
  const name = `${type.signed ? 'int' : 'uint'}${type.size * 8}`
  if (type.size === 1) return name
  const order = type.order === 'inherit' ? little : type.order === 'little'
  return `${name}${order ? 'le' : 'be'}`
}

function mask32(member: SpanType): string {
  return `0x${((1n << BigInt(member.width)) - 1n).toString(16)}`
}

/** The bits of a member of a word of at most 32 bits, as a number expression; flags keep their place. */
export function narrowSpan(type: BitsType, member: SpanType, raw: string): string {
  if (member.as === 'rest') return `((${raw} & 0x${type.restMask.toString(16)}) >>> 0)`
  if (member.as === 'in-place') return `((${raw} & 0x${spanMask(member).toString(16)}) >>> 0)`
  if (member.as === 'flag') return `(${raw} >>> ${member.low} & 1)`
  if (member.width === 32) return raw
  if (member.high === type.word.size * 8 - 1) return member.low === 0 ? raw : `(${raw} >>> ${member.low})`
  return member.low === 0 ? `(${raw} & ${mask32(member)})` : `(${raw} >>> ${member.low} & ${mask32(member)})`
}

function wideSpan(type: BitsType, member: SpanType, low: string, high: string): string {
  const whole = `(BigInt(${high}) << 32n | BigInt(${low}))`
  if (member.as === 'rest') return `(${whole} & 0x${type.restMask.toString(16)}n)`
  if (member.as === 'bigint') return `(${whole} >> ${member.low}n & ${mask32(member)}n)`
  if (member.high < 32) return narrowSpan(type, member, low)
  if (member.low < 32) return `Number(${whole} >> ${member.low}n & ${mask32(member)}n)`
  const shift = member.low - 32
  if (member.as === 'flag') return `(${high} >>> ${shift} & 1)`
  if (member.width === 32) return high
  return `(${high} >>> ${shift} & ${mask32(member)})`
}

export function objectLiteral(members: readonly (readonly [string, string])[]): string {
  return `{ ${members.map(([name, value]) => `${name}: ${value}`).join(', ')} }`
}

export function literal(value: number | bigint): string {
  return typeof value === 'bigint' ? `${value}n` : String(value)
}
