import { fixedSize } from './measure.ts'
import { type BitsType, type BoolType, type EnumType, IntType, type StructType } from './types.ts'
import { readWord } from './words.ts'

type SmallColumn = Uint8Array | Uint16Array | Uint32Array | Int8Array | Int16Array | Int32Array
type WideColumn = BigUint64Array | BigInt64Array

type Column<F> =
  F extends IntType<bigint>
    ? WideColumn
    : F extends IntType<number> | EnumType | BoolType
      ? SmallColumn
      : F extends BitsType
        ? SmallColumn | WideColumn
        : F extends StructType
          ? Columns<F>
          : never

/** One typed array per number of a structure; words with bit fields stay whole. */
export type Columns<T extends StructType> = { [K in keyof T['fields']]: Column<T['fields'][K]> }

const BYTE = new IntType<number>(1, false, 'inherit')

/**
 * Columns of `count` structures of fixed size, by interpreting the description: what generated code does for tables
 * that are marked `columns`.
 */
export function interpretColumns(type: StructType, view: DataView, count: number, inheritedLittle: boolean): unknown {
  return structColumns(type, view, { at: 0, stride: fixedSize(type) as number, count }, inheritedLittle)
}

/** Where a field of every element lies. */
interface Steps {
  readonly at: number
  readonly stride: number
  readonly count: number
}

function structColumns(type: StructType, view: DataView, steps: Steps, inherited: boolean): unknown {
  const little = type.byteOrder === 'parameter' ? inherited : type.byteOrder === 'little'
  const columns: Record<string, unknown> = {}
  let { at } = steps
  for (const [name, field] of Object.entries(type.fields)) {
    const word = field.kind === 'enum' ? field.base : field.kind === 'bits' ? field.word : field
    if (word.kind === 'int') columns[name] = column(word, view, { ...steps, at }, little)
    else if (word.kind === 'bool') columns[name] = column(BYTE, view, { ...steps, at }, little)
    else if (word.kind === 'struct') columns[name] = structColumns(word, view, { ...steps, at }, little)
    at += fixedSize(field) as number
  }
  return columns
}

function column(type: IntType, view: DataView, { at, stride, count }: Steps, inherited: boolean) {
  const little = type.order === 'inherit' ? inherited : type.order === 'little'
  const numbers = Array.from({ length: count }, (_, index) => readWord(view, at + index * stride, type, little))
  if (type.size === 8) return (type.signed ? BigInt64Array : BigUint64Array).from(numbers as bigint[])
  const arrays = type.signed
    ? { 1: Int8Array, 2: Int16Array, 4: Int32Array }
    : { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array }
  return arrays[type.size].from(numbers as number[])
}
