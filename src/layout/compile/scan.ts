import { fixedSize } from '../measure.ts'
import type { AnyType, BitsType, IntType, SpanType, StructType } from '../types.ts'
import type { Maker, Names } from './names.ts'
import { literal, narrowSpan } from './read-fixed.ts'

/** A function `(dataView, buffer, offset) => boolean`: false when the interpreter would report something. */
export const makeClean: Maker = (name, type, little, names) => [
  `function ${name}(dataView, buffer, offset) {`,
  ...structScan(type, 0, little, names),
  'return true;',
  '}',
]

/** Name of a module function like `makeClean`'s for parts one after another; undefined when nothing can be said of them. */
export function scanFunction(parts: readonly AnyType[], little: boolean, names: Names): string | undefined {
  const statements: string[] = []
  let at = 0
  for (const part of parts) {
    statements.push(...partScan(part, at, little, names))
    at += fixedSize(part) as number
  }
  if (statements.length === 0) return undefined
  const name = `scan_${names.variable()}`
  names.declarations.push(`function ${name}(dataView, buffer, offset) {`, ...statements, 'return true;', '}')
  return name
}

function structScan(type: StructType, at: number, inherited: boolean, names: Names): string[] {
  const little = type.byteOrder === 'parameter' ? inherited : type.byteOrder === 'little'
  const statements: string[] = []
  let offset = at
  for (const field of Object.values(type.fields)) {
    statements.push(...partScan(field, offset, little, names))
    offset += fixedSize(field) as number
  }
  return statements
}

function partScan(type: AnyType, at: number, little: boolean, names: Names): string[] {
  switch (type.kind) {
    case 'int': {
      const value = getter(type, at, little)
      if (type.magic !== undefined) return [`if (${value} !== ${literal(type.magic)}) return false;`]
      if (type.limits === undefined) return []
      return [`{ const v = ${value}; if (v < ${type.limits.min} || v > ${type.limits.max}) return false; }`]
    }
    case 'enum':
      return [`if (${names.table(type.names)}[${getter(type.base, at, little)}] === undefined) return false;`]
    case 'bits':
      return bitsScan(type, at, little, names)
    case 'bytes':
      if (!type.reserved) return []
      return [`for (let i = 0; i < ${fixedSize(type)}; i++) if (buffer[offset + ${at} + i] !== 0) return false;`]
    case 'array': {
      const each = fixedSize(type.element) as number
      const inner = partScan(type.element, 0, little, names)
      if (inner.length === 0) return []
      const count = (fixedSize(type) as number) / each
      return [
        `{ const base = offset + ${at}; for (let i = 0; i < ${count}; i++) { const offset = base + i * ${each};`,
        ...inner,
        '} }',
      ]
    }
    case 'struct':
      return structScan(type, at, little, names)
    default:
      return []
  }
}

function bitsScan(type: BitsType, at: number, inherited: boolean, names: Names): string[] {
  const statements: string[] = []
  const enums = Object.values(type.members).filter((member) => member.as === 'enum')
  if (type.restMask === 0n && enums.length === 0) return []
  if (type.word.size === 8) {
    const word = getter(type.word, at, inherited)
    statements.push(`if ((${word} & 0x${type.restMask.toString(16)}n) !== 0n) return false;`)
    for (const member of enums) {
      const number = `Number(${word} >> ${member.low}n & 0x${((1n << BigInt(member.width)) - 1n).toString(16)}n)`
      statements.push(unnamed(member, number, names))
    }
    return statements
  }
  const lines = [`const word = ${getter(type.word, at, inherited)};`]
  if (type.restMask !== 0n) lines.push(`if ((word & 0x${type.restMask.toString(16)}) !== 0) return false;`)
  for (const member of enums) lines.push(unnamed(member, narrowSpan(type, member, 'word'), names))
  return [`{ ${lines.join(' ')} }`]
}

function unnamed(member: SpanType, number: string, names: Names): string {
  return `if (${names.table(member.names ?? {})}[${number}] === undefined) return false;`
}

export function getter(type: IntType, at: number | string, inherited: boolean): string {
  const little = type.order === 'inherit' ? inherited : type.order === 'little'
  const method = `${type.size === 8 ? 'Big' : ''}${type.signed ? 'Int' : 'Uint'}${type.size * 8}`
  return `dataView.get${method}(offset + ${at}${type.size === 1 ? '' : `, ${little}`})`
}
