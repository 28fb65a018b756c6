import { type ByteOrder, DEFAULT_MAX_BYTES, type Format } from '../../layout/index.ts'
import type { DirtyBitmap } from '../bitmap.ts'
import type { EngineName } from '../engine.ts'

/** What a wire form does not say of its pages. Each form has its own defaults. */
export interface GivenGeometry {
  /** Bytes of a page, a power of two. */
  readonly pageSize?: number
  /** Address of page 0. */
  readonly base?: bigint
  /** Number of pages. */
  readonly length?: number
  /** Byte order of the host's 64-bit words, for forms that are raw memory. */
  readonly wordOrder?: ByteOrder
  readonly engine?: EngineName
  /** Most bytes of memory that the bitmap may take, whatever pages are named; default 256 MiB. */
  readonly maxBytes?: number
}

/** One of the bitmaps of a value; the name is empty where there is only one. */
export interface NamedBitmap {
  readonly name: string
  readonly bitmap: DirtyBitmap
}

/** A wire form of dirty bitmaps: its format, and the way to the bitmaps that its values hold. */
export interface BitmapForm<V = unknown, B extends NamedBitmap = NamedBitmap, G extends GivenGeometry = GivenGeometry> {
  readonly format: Format<V>
  /** Every bitmap of a value. @throws BitmapError for a geometry that none can have */
  toDirtyBitmaps(value: V, geometry?: G): B[]
}

/** A wire form that holds one bitmap. */
export interface SingleBitmapForm<V = unknown, F extends object = GivenGeometry> extends BitmapForm<V> {
  /** @throws BitmapError for a geometry that none can have */
  toDirtyBitmap(value: V, geometry?: GivenGeometry): DirtyBitmap
  /** The value that a bitmap has in this form. */
  fromDirtyBitmap(bitmap: DirtyBitmap, facts?: F): V
}

/** A form that holds one bitmap, as one of those that hold any number. */
export function singleForm<V, F extends object>(
  form: Omit<SingleBitmapForm<V, F>, 'toDirtyBitmaps'>,
): SingleBitmapForm<V, F> {
  return { ...form, toDirtyBitmaps: (value, geometry) => [{ name: '', bitmap: form.toDirtyBitmap(value, geometry) }] }
}

/** The geometry without the members that are undefined, and without what only some forms know. */
export function geometryOf(given: GivenGeometry | undefined, pageSize: number) {
  const { length, engine } = given ?? {}
  return {
    pageSize: given?.pageSize ?? pageSize,
    base: given?.base ?? 0n,
    maxBytes: given?.maxBytes ?? DEFAULT_MAX_BYTES,
    ...(length === undefined ? {} : { length }),
    ...(engine === undefined ? {} : { engine }),
  }
}
