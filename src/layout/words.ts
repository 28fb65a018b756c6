import { spanMask } from './describe.ts'
import type { BitsType, IntType, SpanType } from './types.ts'

/** Reads one number of 1, 2, 4 or 8 bytes; 8 bytes give a bigint. */
export function readWord(view: DataView, offset: number, type: IntType, little: boolean): number | bigint {
  switch (type.size) {
    case 1:
      return type.signed ? view.getInt8(offset) : view.getUint8(offset)
    case 2:
      return type.signed ? view.getInt16(offset, little) : view.getUint16(offset, little)
    case 4:
      return type.signed ? view.getInt32(offset, little) : view.getUint32(offset, little)
    case 8:
      return type.signed ? view.getBigInt64(offset, little) : view.getBigUint64(offset, little)
  }
}

/** Writes one number; the caller has checked that it fits. */
export function writeWord(
  view: DataView,
  offset: number,
  type: IntType,
  little: boolean,
  value: number | bigint,
): void {
  switch (type.size) {
    case 1:
      view.setUint8(offset, Number(value))
      return
    case 2:
      view.setUint16(offset, Number(value), little)
      return
    case 4:
      view.setUint32(offset, Number(value), little)
      return
    case 8:
      view.setBigUint64(offset, BigInt.asUintN(64, BigInt(value)), little)
  }
}

/** Smallest and largest number that fits. */
export function wordRange(type: IntType): { min: bigint; max: bigint } {
  const width = BigInt(type.size * 8)
  return type.signed
    ? { min: -(1n << (width - 1n)), max: (1n << (width - 1n)) - 1n }
    : { min: 0n, max: (1n << width) - 1n }
}

/** Splits a word into its members, as the description names them. */
export function splitBits(type: BitsType, raw: bigint): Record<string, unknown> {
  const value: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(type.members)) {
    value[name] = spanValue(type, member, raw)
  }
  return value
}

function spanValue(type: BitsType, member: SpanType, raw: bigint): unknown {
  if (member.as === 'rest') {
    const reserved = raw & type.restMask
    return type.word.size === 8 ? reserved : Number(reserved)
  }
  const number = (raw >> BigInt(member.low)) & ((1n << BigInt(member.width)) - 1n)
  switch (member.as) {
    case 'flag':
      return number === 1n
    case 'in-place':
      return Number(number << BigInt(member.low))
    case 'bigint':
      return number
    case 'enum':
      return member.names?.[Number(number)] ?? Number(number)
    default:
      return Number(number)
  }
}

/** Bits of one member in place, or undefined when the value does not fit it. */
export function joinSpan(type: BitsType, member: SpanType, value: unknown): bigint | undefined {
  if (member.as === 'flag') return typeof value === 'boolean' ? BigInt(value) << BigInt(member.low) : undefined
  const number = member.numbers !== undefined && typeof value === 'string' ? member.numbers.get(value) : value
  const wide = member.as === 'bigint' || (member.as === 'rest' && type.word.size === 8)
  if (wide ? typeof number !== 'bigint' : !Number.isSafeInteger(number)) return undefined
  const bits = BigInt(number as number | bigint)
  if (member.as === 'rest') return (bits & ~type.restMask) === 0n ? bits : undefined
  if (member.as === 'in-place') return (bits & ~spanMask(member)) === 0n ? bits : undefined
  return bits >= 0n && bits < 1n << BigInt(member.width) ? bits << BigInt(member.low) : undefined
}
