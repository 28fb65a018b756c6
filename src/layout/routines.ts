import type { Writer } from './writer.ts'

/**
 * What generated code offers for one structure. It holds only the straight way: whatever does not fit ends in an
 * exception that says nothing, and the careful interpreter is asked to explain.
 */
export type Routines = FixedRoutines | SizedRoutines

/** For structures whose size never changes. */
export interface FixedRoutines {
  readonly size: number
  /** Offset and length have been checked by the caller. */
  read(dataView: DataView, buffer: Uint8Array, offset: number): unknown
  /** Throws when the value does not fit. */
  write(dataView: DataView, buffer: Uint8Array, offset: number, value: unknown): void
  /** False when the interpreter would report something about these bytes. */
  clean(dataView: DataView, buffer: Uint8Array, offset: number): boolean
  /** `count` structures one after another, a typed array per number; for tables that are marked `columns`. */
  columns?(dataView: DataView, buffer: Uint8Array, offset: number, count: number): unknown
}

/** For structures with computed parts. */
export interface SizedRoutines {
  readonly size: undefined
  read(cursor: Cursor, parameters: Readonly<Record<string, number>>): unknown
  write(writer: Writer, value: unknown, parameters: Readonly<Record<string, number>>): void
}

/** Routines of a structure; `big` is there where the byte order is a parameter. */
export interface RoutineSet {
  readonly little: Routines
  readonly big?: Routines
}

/** Thrown by generated code for whatever it cannot do; never reaches a user. */
export const UNFIT: Error = new Error('does not fit the description')

/** Reading position of generated decoders. */
export class Cursor {
  position = 0
  /** Whether somebody asks for `clean`. */
  watch = false
  /** False when the interpreter would report something of what has been read. */
  clean = true
  constructor(
    readonly view: DataView,
    readonly bytes: Uint8Array,
    public end: number,
  ) {}

  /** The next `length` bytes are there, or it throws; returns where they start. */
  take(length: number): number {
    const offset = this.position
    if (!(length <= this.end - offset)) throw UNFIT
    this.position = offset + length
    return offset
  }

  /** `take` of a length that a field states. */
  part(length: number): number {
    if (length < 0) throw UNFIT
    return this.take(length)
  }

  run(length: number): Uint8Array {
    const offset = this.part(length)
    return this.bytes.subarray(offset, offset + length)
  }

  /** A count of elements of at least `least` bytes that can really be there. */
  count(count: number, least: number): number {
    if (!(count >= 0 && count * least <= this.end - this.position)) throw UNFIT
    return count
  }
}

/** A 64-bit field used as a length, count or tag. */
export function safe(value: number | bigint): number {
  const number = Number(value)
  if (!Number.isSafeInteger(number)) throw UNFIT
  return number
}

/** Fails unless `holds`. */
export function fits(holds: boolean): void {
  if (!holds) throw UNFIT
}
