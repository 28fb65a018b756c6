import { counted, DecodeError, type Finding } from '../findings/index.ts'
import { dependsOnEnd, type Expression, evaluate, type Scope } from './expression.ts'
import { toView } from './input.ts'
import { leastSize } from './measure.ts'
import { fieldNumber, givenParameters, outerParameters, parametersOf } from './scope.ts'
import { textValue } from './text.ts'
import type {
  AnyType,
  ArrayType,
  BitsType,
  ChoiceType,
  EnumType,
  FramedType,
  IntType,
  Opaque,
  StructType,
} from './types.ts'
import { type Frame, type Located, Walk, type WalkOptions } from './walk-state.ts'
import { readWord, splitBits } from './words.ts'

export type { Located, WalkOptions } from './walk-state.ts'

/**
 * The careful decoder: interprets a description over bytes, knows the path and offset of everything, and says
 * precisely what is wrong. Generated decoders do the fast work and come here to explain a failure; findings and
 * field lists come from here alone.
 *
 * @returns the value and the number of bytes it took
 * @throws DecodeError when the structure cannot be established
 */
export function walk(
  type: StructType,
  bytes: Uint8Array,
  options: WalkOptions = {},
): { value: Record<string, unknown>; length: number } {
  const walker = new Walker(bytes, options)
  const supplied = outerParameters(type, options.parameters)
  const value = walker.struct(type, supplied, (options.byteOrder ?? 'little') === 'little', {
    end: bytes.length,
    isInput: true,
  })
  return { value, length: walker.position }
}

interface Surroundings {
  readonly scope: Scope
  readonly little: boolean
  readonly frame: Frame
}

class Walker extends Walk {
  private readonly view: DataView

  constructor(
    private readonly bytes: Uint8Array,
    options: WalkOptions,
  ) {
    super(options)
    this.view = toView(bytes)
  }

  struct(
    type: StructType,
    supplied: Readonly<Record<string, number>>,
    inheritedLittle: boolean,
    frame: Frame,
  ): Record<string, unknown> {
    const start = this.position
    const little = type.byteOrder === 'parameter' ? inheritedLittle : type.byteOrder === 'little'
    const values: Record<string, unknown> = {}
    const scope: Scope = {
      field: (path) => this.safe(fieldNumber(type, values, path)),
      parameter: (name) => supplied[name] as number,
      remaining: () => frame.end - this.position,
      position: () => this.position - start,
    }
    for (const [name, fieldType] of Object.entries(type.fields)) {
      this.path.push(name)
      values[name] = this.value(fieldType, { scope, little, frame })
      this.path.pop()
    }
    return values
  }

  private value(type: AnyType, around: Surroundings): unknown {
    switch (type.kind) {
      case 'int':
        return this.int(type, around)
      case 'bool': {
        const offset = this.take(1, around.frame)
        const byte = this.view.getUint8(offset)
        return this.found(type, offset, 1, byte > 1 ? byte : byte === 1)
      }
      case 'enum':
        return this.enumeration(type, around)
      case 'bits':
        return this.bitFields(type, around)
      case 'bytes': {
        const length = this.length(type.length, around)
        const offset = this.take(length, around.frame)
        const value = this.found(type, offset, length, this.bytes.subarray(offset, offset + length))
        if (type.reserved && value.some((byte) => byte !== 0)) this.reservedNotZero(offset, length)
        return value
      }
      case 'text': {
        const length = this.length(type.length, around)
        const offset = this.take(length, around.frame)
        const run = this.bytes.subarray(offset, offset + length)
        return this.found(type, offset, length, textValue(run, !dependsOnEnd(type.length)))
      }
      case 'array':
        return this.array(type, around)
      case 'framed':
        return this.framed(type, around)
      case 'choice':
        return this.choice(type, around)
      case 'optional':
        return this.number(type.condition, around) !== 0 ? this.value(type.inner, around) : undefined
      case 'struct': {
        const given = givenParameters(type, around.scope, evaluate)
        return this.struct(type, parametersOf(type, given), around.little, around.frame)
      }
    }
  }

  private int(type: IntType, around: Surroundings): number | bigint {
    const offset = this.take(type.size, around.frame)
    const little = type.order === 'inherit' ? around.little : type.order === 'little'
    const value = readWord(this.view, offset, type, little)
    if (type.magic !== undefined && value !== type.magic) {
      this.fail('layout/wrong-magic', offset, show(type, type.magic), show(type, value))
    }
    this.found(type, offset, type.size, value)
    if (type.limits !== undefined && (value < type.limits.min || value > type.limits.max)) {
      const { min, max, severity } = type.limits
      this.report(
        'layout/out-of-range',
        `The value ${value} is not within ${min} to ${max}.`,
        offset,
        type.size,
        severity,
      )
    }
    return value
  }

  private enumeration(type: EnumType, around: Surroundings): string | number {
    const offset = this.take(type.base.size, around.frame)
    const little = type.base.order === 'inherit' ? around.little : type.base.order === 'little'
    const raw = Number(readWord(this.view, offset, type.base, little))
    const name = type.names[raw]
    this.found(type, offset, type.base.size, name ?? raw)
    if (name === undefined) this.unknownValue(raw, offset, type.base.size)
    return name ?? raw
  }

  private bitFields(type: BitsType, around: Surroundings): Record<string, unknown> {
    const { word } = type
    const offset = this.take(word.size, around.frame)
    const little = word.order === 'inherit' ? around.little : word.order === 'little'
    const raw = BigInt.asUintN(word.size * 8, BigInt(readWord(this.view, offset, word, little)))
    const value = splitBits(type, raw)
    for (const [name, member] of Object.entries(type.members)) {
      const bits = member.as === 'rest' ? ([0, word.size * 8 - 1] as const) : ([member.low, member.high] as const)
      this.path.push(name)
      const found = value[name]
      this.sink.visit?.({ path: [...this.path], offset, length: word.size, bits, type: member, value: found })
      if (member.as === 'rest' && BigInt(found as number | bigint) !== 0n) this.reservedNotZero(offset, word.size)
      if (member.as === 'enum' && typeof found === 'number') this.unknownValue(found, offset, word.size)
      this.path.pop()
    }
    return value
  }

  private array(type: ArrayType, around: Surroundings): unknown[] {
    const values: unknown[] = []
    const room = around.frame.end - this.position
    const count = type.count === 'to-end' ? Number.POSITIVE_INFINITY : this.length(type.count, around)
    if (type.count !== 'to-end' && count * leastSize(type.element) > room) {
      const need = count * leastSize(type.element)
      this.endedEarly(`${counted(count, 'element')}, at least ${counted(need, 'byte')}`, room, around.frame)
    }
    while (values.length < count) {
      if (type.count === 'to-end' && this.position === around.frame.end) break
      this.path.push(values.length)
      values.push(this.value(type.element, around))
      this.path.pop()
    }
    return values
  }

  private framed(type: FramedType, around: Surroundings): unknown {
    const length = this.length(type.length, around)
    const offset = this.take(length, around.frame)
    const end = offset + length
    this.position = offset
    const { length: depth } = this.path
    const outer = this.sink
    const fields: Located[] = []
    const findings: Finding[] = []
    this.sink = { visit: (field) => fields.push(field), report: (finding) => findings.push(finding) }
    const scope = { ...around.scope, remaining: () => end - this.position }
    try {
      const value = this.value(type.inner, { ...around, scope, frame: { end, isInput: false } })
      if (this.position !== end) {
        const filled = `${counted(this.position - offset, 'byte')} of content`
        this.fail('layout/not-filled', this.position, `a part of ${counted(length, 'byte')}`, filled)
      }
      for (const field of fields) outer.visit?.(field)
      for (const finding of findings) outer.report?.(finding)
      return value
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      this.path.length = depth
      this.position = end
      this.sink = outer
      const opaque = this.bytes.subarray(offset, end)
      outer.visit?.({ path: [...this.path, 'opaque'], offset, length, type, value: opaque })
      this.report('layout/damaged-part', `The part is kept as opaque bytes: ${error.message}.`, offset, length)
      return { opaque } satisfies Opaque
    } finally {
      this.sink = outer
    }
  }

  private choice(type: ChoiceType, around: Surroundings): unknown {
    const tag = this.number(type.tag, around)
    const part = type.cases[tag] ?? type.otherwise
    if (part === undefined) {
      this.fail('layout/unknown-tag', this.position, `a tag of ${Object.keys(type.cases).join(', ')}`, String(tag))
    }
    return this.value(part, around)
  }

  private number(expression: Expression, around: Surroundings): number {
    return this.safe(evaluate(expression, around.scope))
  }

  private length(expression: Expression, around: Surroundings): number {
    const length = this.number(expression, around)
    if (length < 0) {
      this.fail('layout/negative-length', this.position, 'a length or count of at least 0', String(length))
    }
    return length
  }

  private safe(value: number): number {
    if (!Number.isSafeInteger(value)) {
      this.fail('layout/number-too-large', this.position, 'a length, count or tag below 2^53', String(value))
    }
    return value
  }
}

function show(type: IntType, value: number | bigint): string {
  return type.hex || type.magic !== undefined ? `0x${value.toString(16)}` : String(value)
}
