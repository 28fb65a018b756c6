import type { Expression } from '../expression.ts'
import type { AnyType, BytesType, IntType, StructType } from '../types.ts'
import { integer } from './expressions.ts'
import type { Order, Place } from './place.ts'
import type { Yaml } from './yaml.ts'

/** Members of a map of the document. */
export type Members = { [key: string]: Yaml | undefined }

export function orderOf(type: StructType, around: Order): Order {
  return type.byteOrder === 'parameter' ? around : type.byteOrder === 'little' ? 'le' : 'be'
}

export function number(type: IntType, around: Order): Members {
  const suffix = type.size === 1 || type.order === 'inherit' ? '' : type.order === 'little' ? 'le' : 'be'
  const name = `${type.signed ? 's' : 'u'}${type.size}${suffix}`
  const { magic, limits } = type
  if (magic !== undefined) {
    // The compiler takes plain numbers of 31 bits; as an expression it takes any that Kaitai can compute with.
    const valid = Number(magic)
    if (Number.isSafeInteger(valid)) return { type: name, valid: valid < 2 ** 31 ? valid : `0x${valid.toString(16)}` }
    const order = type.order === 'inherit' ? around : type.order === 'little' ? 'le' : 'be'
    if (order !== 'chosen') return { contents: magicBytes(BigInt(magic), order) }
    return { type: name, doc: `Always 0x${magic.toString(16)}.` }
  }
  return limits === undefined ? { type: name } : { type: name, doc: `Usual range: ${limits.min} to ${limits.max}.` }
}

function magicBytes(magic: bigint, order: 'le' | 'be'): number[] {
  const bytes = Array.from({ length: 8 }, (_, at) => Number((magic >> BigInt(8 * at)) & 0xffn))
  return order === 'le' ? bytes : bytes.reverse()
}

export function size(length: Expression, place: Place): Members {
  return length.op === 'remaining' ? { 'size-eos': true } : { size: plain(length, place) }
}

export function plain(expression: Expression, place: Place): Yaml {
  return expression.op === 'number' ? expression.value : integer(expression, place)
}

/** A run that takes everything in its frame needs no type of its own. */
export function takesAll(type: AnyType): type is BytesType {
  return type.kind === 'bytes' && type.length.op === 'remaining'
}

export function docOf(type: AnyType): string | undefined {
  const own = sentence(type.meaning)
  if (own === undefined && type.kind === 'optional') return docOf(type.inner)
  return type.kind === 'bytes' && type.reserved ? joined(own, 'Reserved.') : own
}

export function listed(names: Readonly<Record<number, string>>): string {
  return Object.entries(names)
    .map(([number, name]) => `${number} ${name}`)
    .join(', ')
}

export function joined(...texts: (Yaml | undefined)[]): string | undefined {
  const present = texts.filter((text) => text !== undefined)
  return present.length === 0 ? undefined : present.join(' ')
}

/** A meaning as Kaitai's documentation shows it. */
export function sentence(meaning: string): string | undefined {
  if (meaning === '') return undefined
  return /[.!?]$/.test(meaning) ? meaning : `${meaning}.`
}
