import type { BitsType, BoolType, EnumType, IntType, StructType } from './types.ts'

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
