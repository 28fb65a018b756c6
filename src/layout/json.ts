import type { AnyType, SpanType } from './types.ts'
import { isOpaque } from './write.ts'

/** What JSON.parse gives. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json }

/** Turns a value into what JSON can hold, or returns the value itself where it already is. */
type Convert = (value: never) => Json

const converters = new WeakMap<object, Convert | 'same'>()

/** JSON without loss: 64-bit numbers as "0x...", byte runs as lower-case hexadecimal, the rest as it is. */
export function toJson(type: AnyType, value: unknown): Json {
  const convert = converter(type)
  return convert === 'same' ? (value as Json) : convert(value as never)
}

/** Lower-case hexadecimal without separators. */
export function toHex(bytes: Uint8Array): string {
  if (bytes.length > LONG) return longHex(bytes)
  let text = ''
  for (let at = 0; at < bytes.length; at++) text += HEX[bytes[at] as number]
  return text
}

/** From here on a string grown byte by byte costs many times the memory of its characters. */
const LONG = 1024

function longHex(bytes: Uint8Array): string {
  const digits = new Uint8Array(bytes.length * 2)
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number
    digits[2 * at] = DIGITS.charCodeAt(byte >>> 4)
    digits[2 * at + 1] = DIGITS.charCodeAt(byte & 0xf)
  }
  return ASCII.decode(digits)
}

const DIGITS = '0123456789abcdef'
const ASCII = new TextDecoder()
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Bytes of hexadecimal text, or undefined when it is not that. */
export function fromHex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) return undefined
  const bytes = new Uint8Array(text.length / 2)
  for (let at = 0; at < bytes.length; at++) bytes[at] = Number.parseInt(text.slice(2 * at, 2 * at + 2), 16)
  return bytes
}

/** A 64-bit number as JSON has it: lower-case hexadecimal with its prefix, unpadded. */
export function bigToJson(value: bigint): string {
  return value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`
}

function converter(type: AnyType): Convert | 'same' {
  const key = type.kind === 'struct' ? type.fields : type
  let known = converters.get(key)
  if (known === undefined) {
    known = makeConverter(type)
    converters.set(key, known)
  }
  return known
}

function makeConverter(type: AnyType): Convert | 'same' {
  switch (type.kind) {
    case 'int':
      return type.size === 8 ? (value: bigint) => bigToJson(value) : 'same'
    case 'bits':
      return objectConverter(
        Object.entries(type.members).map(([name, member]) => [
          name,
          isWide(member, type.word.size) ? bigToJson : 'same',
        ]),
      )
    case 'bytes':
      return (value: Uint8Array) => toHex(value)
    case 'array': {
      const each = converter(type.element)
      return each === 'same' ? 'same' : (value: never[]) => value.map((element) => each(element))
    }
    case 'framed': {
      const inner = converter(type.inner)
      return (value: unknown) => {
        if (isOpaque(value)) return { opaque: toHex(value.opaque) }
        return inner === 'same' ? (value as Json) : inner(value as never)
      }
    }
    case 'choice':
      // The tag stands elsewhere; what the values are says enough.
      return plainJson
    case 'optional': {
      const inner = converter(type.inner)
      return inner === 'same' ? 'same' : (value: never) => (value === undefined ? (value as never) : inner(value))
    }
    case 'struct':
      return objectConverter(Object.entries(type.fields).map(([name, field]) => [name, converter(field)]))
    default:
      return 'same'
  }
}

function isWide(member: SpanType, wordSize: number): boolean {
  return member.as === 'bigint' || (member.as === 'rest' && wordSize === 8)
}

function objectConverter(members: [string, Convert | 'same'][]): Convert | 'same' {
  if (members.every(([, convert]) => convert === 'same')) return 'same'
  return (value: Record<string, never>) => {
    const json: Record<string, Json> = {}
    for (const [name, convert] of members) {
      const member = value[name] as never
      json[name] = convert === 'same' ? member : convert(member)
    }
    return json
  }
}

/** JSON of any decoded value, by what the values are. Absent parts are left out. */
export function plainJson(value: unknown): Json {
  if (typeof value === 'bigint') return bigToJson(value)
  if (value instanceof Uint8Array) return toHex(value)
  if (Array.isArray(value)) return value.map(plainJson)
  if (value !== null && typeof value === 'object') {
    const json: Record<string, Json> = {}
    for (const [name, member] of Object.entries(value)) if (member !== undefined) json[name] = plainJson(member)
    return json
  }
  return value as Json
}
