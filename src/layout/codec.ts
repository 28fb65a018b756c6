import { counted, DecodeError, type Finding } from '../findings/index.ts'
import { layoutCodes } from './codes.ts'
import { type Columns, interpretColumns } from './columns.ts'
import { fromJson } from './from-json.ts'
import { type BytesInput, toBytes, toView } from './input.ts'
import { type Json, toJson } from './json.ts'
import { looksAtEnd, takesAnyBytes } from './measure.ts'
import { Cursor, type RoutineSet, type Routines } from './routines.ts'
import { outerParameters } from './scope.ts'
import type { ByteOrder, StructType, Value } from './types.ts'
import { type Located, walk } from './walk.ts'
import { write } from './write.ts'
import { Writer } from './writer.ts'

/** What decoding and encoding depend on besides the bytes or the value. */
export interface CodecOptions {
  /** For structures of which the byte order is a parameter; default little. */
  readonly byteOrder?: ByteOrder
  /** Values for the parameters of the description; defaults where none is given. */
  readonly parameters?: Readonly<Record<string, number>>
}

/** A part of a larger buffer. */
export interface Region {
  readonly bytes: Uint8Array
  /** A view of the same bytes. */
  readonly view: DataView
  readonly offset: number
  readonly end: number
}

/** What `decodeAt` gives. */
export interface Decoded<V> {
  readonly value: V
  /** Bytes that the value took. */
  readonly length: number
  /** True where it came out on the way that `findingsAt` has nothing to say of these bytes. */
  readonly clean?: boolean
}

/** What `inspect` gives: it never throws for bad bytes. */
export interface Inspection<V> {
  /** Undefined when the structure could not be established. */
  readonly value: V | undefined
  /** Bytes that the value took. */
  readonly length: number
  readonly findings: Finding[]
}

/** Everything that follows from one description. */
export interface Codec<T extends StructType = StructType> {
  readonly type: T
  /** Size of a structure that any bytes of this length are; undefined where decoding can fail or size varies. */
  readonly certainSize: number | undefined
  /** Decodes input of exactly the right length. @throws DecodeError */
  decode(input: BytesInput, options?: CodecOptions): Value<T>
  /** Decodes the structure that the input starts with. @throws DecodeError */
  decodePrefix(input: BytesInput, options?: CodecOptions): { value: Value<T>; length: number }
  /** @throws EncodeError for a value that has no encoding */
  encode(value: Value<T>, options?: CodecOptions): Uint8Array
  /** Decodes and reports; never throws for bad bytes. */
  inspect(input: BytesInput, options?: CodecOptions): Inspection<Value<T>>
  /** `decodePrefix` inside a larger buffer, without making views of it. @throws DecodeError */
  decodeAt(region: Region, options?: CodecOptions): Decoded<Value<T>>
  /**
   * What the description alone has to say of the structure at the start of a region; offsets count from there.
   * @throws DecodeError
   */
  findingsAt(region: Region, options?: CodecOptions): Finding[]
  /** Every field with the bytes it came from, in order. @throws DecodeError */
  fields(input: BytesInput, options?: CodecOptions): Located[]
  /** JSON without loss: 64-bit numbers as "0x...", byte runs as hexadecimal. */
  toJson(value: Value<T>): Json
  /** @throws EncodeError for JSON that is not a value of this structure */
  fromJson(json: Json, options?: CodecOptions): Value<T>
  /**
   * Many structures of fixed size one after another, a typed array per number (they may share memory) and words with bit fields whole: for
   * tables that are searched rather than shown. @throws DecodeError when the input is not a whole number of them
   */
  columns(input: BytesInput, options?: CodecOptions): Columns<T>
}

/** Binds a description to its generated routines. */
export function codec<T extends StructType>(type: T, routines: RoutineSet): Codec<T> {
  return new GeneratedCodec(type, routines)
}

class GeneratedCodec<T extends StructType> implements Codec<T> {
  constructor(
    readonly type: T,
    private readonly routines: RoutineSet,
  ) {}

  private certain: { readonly size: number | undefined } | undefined

  get certainSize(): number | undefined {
    this.certain ??= { size: takesAnyBytes(this.type) ? this.routines.little.size : undefined }
    return this.certain.size
  }

  decode(input: BytesInput, options?: CodecOptions): Value<T> {
    const bytes = toBytes(input)
    const routines = this.pick(options)
    try {
      if (routines.size !== undefined) {
        if (bytes.length === routines.size) return routines.read(toView(bytes), bytes, 0) as Value<T>
      } else {
        const cursor = new Cursor(toView(bytes), bytes, bytes.length)
        const value = routines.read(cursor, outerParameters(this.type, options?.parameters)) as Value<T>
        if (cursor.position === bytes.length) return value
      }
    } catch {
      // The careful decoder below says what is wrong.
    }
    const { value, length } = walk(this.type, bytes, options)
    if (length < bytes.length) throw trailing(length, bytes.length)
    return value as Value<T>
  }

  decodePrefix(input: BytesInput, options?: CodecOptions): { value: Value<T>; length: number } {
    const bytes = toBytes(input)
    return this.decodeAt({ bytes, view: toView(bytes), offset: 0, end: bytes.length }, options)
  }

  decodeAt({ bytes, view, offset, end }: Region, options?: CodecOptions): Decoded<Value<T>> {
    const routines = this.pick(options)
    try {
      if (routines.size !== undefined) {
        if (end - offset >= routines.size) {
          return { value: routines.read(view, bytes, offset) as Value<T>, length: routines.size }
        }
      } else {
        const cursor = new Cursor(view, bytes, end)
        cursor.position = offset
        cursor.watch = true
        const value = routines.read(cursor, outerParameters(this.type, options?.parameters)) as Value<T>
        return { value, length: cursor.position - offset, clean: cursor.clean }
      }
    } catch {
      // The careful decoder below says what is wrong.
    }
    return walk(this.type, bytes.subarray(offset, end), options) as { value: Value<T>; length: number }
  }

  encode(value: Value<T>, options?: CodecOptions): Uint8Array {
    const routines = this.pick(options)
    try {
      if (routines.size !== undefined) {
        const bytes = new Uint8Array(routines.size)
        routines.write(toView(bytes), bytes, 0, value)
        return bytes
      }
      const writer = new Writer()
      const parameters = outerParameters(this.type, options?.parameters)
      routines.write(writer, value, parameters)
      if (looksAtEnd(this.type)) {
        // Now that the end is known, what depends on it can be checked.
        writer.end = writer.position
        writer.position = 0
        routines.write(writer, value, parameters)
      }
      return writer.finish()
    } catch {
      return write(this.type, value, options)
    }
  }

  inspect(input: BytesInput, options?: CodecOptions): Inspection<Value<T>> {
    const bytes = toBytes(input)
    const routines = this.pick(options)
    if (routines.size !== undefined && bytes.length === routines.size) {
      const view = toView(bytes)
      if (routines.clean(view, bytes, 0))
        return { value: this.decode(bytes, options), length: bytes.length, findings: [] }
    }
    const findings: Finding[] = []
    try {
      const { value, length } = walk(this.type, bytes, { ...options, report: (finding) => findings.push(finding) })
      if (length < bytes.length) findings.push(trailingFinding(length, bytes.length))
      return { value, length, findings }
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      findings.push(errorFinding(error, bytes.length))
      return { value: undefined, length: 0, findings }
    }
  }

  findingsAt(region: Region, options?: CodecOptions): Finding[] {
    const { bytes, offset, end } = region
    const findings: Finding[] = []
    if (this.isClean(region, options)) return findings
    walk(this.type, bytes.subarray(offset, end), { ...options, report: (finding) => findings.push(finding) })
    return findings
  }

  /** True when the interpreter would have nothing to report; generated code knows this at once. */
  private isClean({ bytes, view, offset, end }: Region, options: CodecOptions | undefined): boolean {
    const routines = this.pick(options)
    if (routines.size !== undefined) return end - offset >= routines.size && routines.clean(view, bytes, offset)
    const cursor = new Cursor(view, bytes, end)
    cursor.position = offset
    cursor.watch = true
    try {
      routines.read(cursor, outerParameters(this.type, options?.parameters))
      return cursor.clean
    } catch {
      return false
    }
  }

  fields(input: BytesInput, options?: CodecOptions): Located[] {
    const fields: Located[] = []
    walk(this.type, toBytes(input), { ...options, visit: (field) => fields.push(field) })
    return fields
  }

  toJson(value: Value<T>): Json {
    return toJson(this.type, value)
  }

  fromJson(json: Json, options?: CodecOptions): Value<T> {
    return fromJson(this.type, json, options?.parameters)
  }

  columns(input: BytesInput, options?: CodecOptions): Columns<T> {
    const bytes = toBytes(input)
    const routines = this.pick(options)
    if (routines.size === undefined) throw new TypeError(`${this.type.name} has no fixed size, so no columns.`)
    const count = Math.floor(bytes.length / routines.size)
    if (count * routines.size !== bytes.length) throw trailing(count * routines.size, bytes.length)
    try {
      if (routines.columns !== undefined) return routines.columns(toView(bytes), bytes, 0, count) as Columns<T>
    } catch {
      // The careful decoder below says which of them is not the structure that it should be.
    }
    for (let at = 0; at < count; at++) this.explainElement(bytes, at, routines.size, options)
    return interpretColumns(this.type, toView(bytes), count, options?.byteOrder !== 'big') as Columns<T>
  }

  private explainElement(bytes: Uint8Array, index: number, size: number, options: CodecOptions | undefined): void {
    try {
      walk(this.type, bytes.subarray(index * size, (index + 1) * size), options)
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      const { code, path, offset, expected, found } = error
      throw new DecodeError({ code, path: [index, ...path], offset: index * size + offset, expected, found })
    }
  }

  private pick(options: CodecOptions | undefined): Routines {
    const { little, big } = this.routines
    return options?.byteOrder === 'big' && big !== undefined ? big : little
  }
}

function trailing(length: number, total: number): DecodeError {
  return new DecodeError({
    code: 'layout/trailing-bytes',
    path: [],
    offset: length,
    expected: `the end of the input after ${counted(length, 'byte')}`,
    found: `${total - length} more`,
  })
}

/** The finding for bytes behind the end of a structure; they follow its first `length` bytes. */
export function trailingFinding(length: number, total: number): Finding {
  const left = total - length
  const message = `${counted(left, 'byte follows', 'bytes follow')} the end of the structure.`
  return layoutCodes.finding('layout/trailing-bytes', message, { offset: length, length: left, path: [] })
}

/** A DecodeError as the finding that `inspect` and `validate` give. */
export function errorFinding(error: DecodeError, total: number): Finding {
  return {
    code: error.code,
    severity: 'error',
    message: `Expected ${error.expected}, found ${error.found}.`,
    offset: error.offset,
    length: Math.max(0, total - error.offset),
    ...(error.line === undefined ? {} : { line: error.line }),
    path: error.path,
  }
}
