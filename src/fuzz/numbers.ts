import {
  type AnyType,
  type BitsType,
  type BoolType,
  type EnumType,
  type IntType,
  type SpanType,
  spanMask,
} from '../layout/index.ts'
import type { Tape } from './tape.ts'

/** A number of `width` bits, of which the ones at the edges are likely: 0, 1, all ones, sign bits, powers of two. */
export function edgy(tape: Tape, width: number, signed: boolean): bigint {
  const wrap = (value: bigint) => (signed ? BigInt.asIntN(width, value) : BigInt.asUintN(width, value))
  const top = 1n << BigInt(width - 1)
  switch (tape.below(8)) {
    case 0:
      return 0n
    case 1:
      return wrap(1n)
    case 2:
      return wrap(-1n)
    case 3:
      return wrap(tape.pick([top, top - 1n, top + 1n]))
    case 4:
      return wrap((1n << BigInt(tape.below(width))) - BigInt(tape.below(2)))
    case 5:
      return wrap(BigInt(tape.below(32)))
    default:
      return wrap(tape.bits(width))
  }
}

/** A value of a type that is one number or a word. */
export function scalar(type: IntType | BoolType | EnumType | BitsType, tape: Tape): unknown {
  switch (type.kind) {
    case 'int':
      return int(type, tape)
    case 'bool':
      return tape.pick<boolean | number>([false, true, 2, 0xff])
    case 'enum': {
      const known = Object.keys(type.names).map(Number)
      const number = tape.rarely(4) ? Number(int(type.base, tape)) : tape.pick(known)
      return type.names[number] ?? number
    }
    case 'bits':
      return word(type, tape)
  }
}

function int(type: IntType, tape: Tape): number | bigint {
  if (type.magic !== undefined) return type.magic
  const { limits } = type
  if (limits !== undefined && !tape.rarely(3)) {
    const within = tape.pick([limits.min, limits.max, limits.min + tape.below(limits.max - limits.min + 1)])
    return type.size === 8 ? BigInt(within) : within
  }
  const value = edgy(tape, type.size * 8, type.signed)
  return type.size === 8 ? value : Number(value)
}

function word(type: BitsType, tape: Tape): Record<string, unknown> {
  const value: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(type.members)) value[name] = span(type, member, tape)
  return value
}

function span(type: BitsType, member: SpanType, tape: Tape): unknown {
  switch (member.as) {
    case 'flag':
      return tape.below(2) === 1
    case 'bigint':
      return edgy(tape, member.width, false)
    case 'rest': {
      const reserved = tape.rarely(3) ? edgy(tape, type.word.size * 8, false) & type.restMask : 0n
      return type.word.size === 8 ? reserved : Number(reserved)
    }
    case 'enum': {
      const fitting = Object.keys(member.names ?? {})
        .map(Number)
        .filter((number) => number < 2 ** member.width)
      const number =
        tape.rarely(4) || fitting.length === 0 ? Number(edgy(tape, member.width, false)) : tape.pick(fitting)
      return member.names?.[number] ?? number
    }
    case 'in-place':
      return Number(edgy(tape, member.width, false) << BigInt(member.low))
    default:
      return Number(edgy(tape, member.width, false))
  }
}

/** The value of a field that stands for a number, or undefined where the field cannot hold it. */
export function fromNumber(type: AnyType | SpanType, number: number): unknown {
  switch (type.kind) {
    case 'int': {
      if (type.magic !== undefined && Number(type.magic) !== number) return undefined
      const width = type.size * 8
      const [low, high] = type.signed ? [-(2 ** (width - 1)), 2 ** (width - 1) - 1] : [0, 2 ** width - 1]
      if (number < low || number > high) return undefined
      return type.size === 8 ? BigInt(number) : number
    }
    case 'bool':
      return number < 0 || number > 0xff ? undefined : number > 1 ? number : number === 1
    case 'enum':
      return fromNumber(type.base, number) === undefined ? undefined : (type.names[number] ?? number)
    case 'text':
      return type.names?.[number]
    case 'span':
      if (type.as === 'in-place') return (BigInt(number) & ~spanMask(type)) === 0n ? number : undefined
      if (number < 0 || number >= 2 ** type.width) return undefined
      if (type.as === 'flag') return number === 1
      if (type.as === 'bigint') return BigInt(number)
      return type.as === 'enum' ? (type.names?.[number] ?? number) : type.as === 'rest' ? undefined : number
    default:
      return undefined
  }
}
