import { EncodeError, type PathPart } from '../../findings/index.ts'
import { arrayOf, describe, lengthMismatch, recordOf, runOf, wrongType } from '../../layout/index.ts'
import { textBytes } from '../../layout/text.ts'
import { wordRange, writeWord } from '../../layout/words.ts'
import { Writer } from '../../layout/writer.ts'
import { KIND_TYPES, NULL_POINTER, type ScalarKind } from './kinds.ts'
import type { DeviceFields, FieldDescription, StructDescription } from './model.ts'
import { REST } from './model.ts'
import { nameInHeader, subsectionHeaderCodec } from './subsection.ts'

/**
 * The bytes of a FULL section's body: the exact inverse of `decodeDevice`. Members may be absent from some point on
 * only where `rest` holds the bytes in their place.
 *
 * @throws EncodeError with the path of what is missing, of another type, out of range, or not described
 */
export function encodeDevice(fields: DeviceFields, device: StructDescription): Uint8Array {
  return new DeviceEncoder().encode(fields, device)
}

class DeviceEncoder {
  private readonly out = new Writer()
  private readonly path: PathPart[] = []
  /** Where values end before the description does. */
  private stop: readonly PathPart[] | undefined

  encode(fields: unknown, device: StructDescription): Uint8Array {
    const given = recordOf(fields, [])
    const hasRest = Object.hasOwn(given, REST)
    this.struct(device, given, hasRest ? 1 : 0)
    if (hasRest) this.out.append(runOf(given[REST], [REST]))
    else if (this.stop !== undefined) {
      const expected = 'a value, or its bytes and all that follow as `rest`'
      throw new EncodeError({ code: 'layout/missing-field', path: this.stop, expected, found: 'nothing' })
    }
    return this.out.finish()
  }

  /** @param others members of the value that are no fields */
  private struct(struct: StructDescription, value: unknown, others = 0): void {
    const given = recordOf(value, this.path)
    const left = new Set(Object.keys(given))
    if (others > 0) left.delete(REST)
    for (const [index, field] of struct.fields.entries()) {
      if (this.stop !== undefined) break
      this.inside(field.member, () => {
        if (!Object.hasOwn(given, field.member)) return this.halt()
        left.delete(field.member)
        if (field.elements === undefined) return this.value(field, given[field.member])
        const isLast = struct.fields[index + 1]?.member !== field.member
        this.elements(field, given[field.member], isLast)
      })
    }
    for (const subsection of struct.subsections) {
      if (this.stop !== undefined) break
      this.inside(subsection.member, () => {
        if (!Object.hasOwn(given, subsection.member)) return this.halt()
        left.delete(subsection.member)
        const { vmsdName, version } = subsection
        const name = nameInHeader(vmsdName)
        this.out.append(subsectionHeaderCodec.encode({ marker: 5, nameLength: name.length, name, version }))
        this.struct(subsection, given[subsection.member])
      })
    }
    if (this.stop === undefined && !struct.complete) this.halt()
    for (const stranger of left) this.stranger(stranger)
  }

  private elements(field: FieldDescription, value: unknown, isLast: boolean): void {
    const list = arrayOf(value, this.path)
    const { first, count } = field.elements ?? { first: 0, count: 1 }
    let index = first
    for (; index < first + count && this.stop === undefined; index++) {
      this.inside(index, () => (index < list.length ? this.value(field, list[index]) : this.halt()))
    }
    const isTooLong = this.stop === undefined ? isLast && list.length > index : list.length > index
    if (!isTooLong) return
    throw lengthMismatch([...this.path], `an array of ${first + count}`, `an array of ${list.length}`)
  }

  private value(field: FieldDescription, value: unknown): void {
    const { kind } = field
    if (kind === 'struct') this.struct(field.struct, value)
    else if (kind === 'counted') this.counted(value)
    else if (kind === 'bytes') this.run(value, field.size ?? 0)
    else this.number(kind, numeric(kind, value), value)
  }

  private number(kind: ScalarKind, number: number | bigint | undefined, value: unknown): void {
    const type = KIND_TYPES[kind]
    const word = type.kind === 'int' ? type : KIND_TYPES.uint8
    if (word.kind !== 'int') return
    const isRight = word.size === 8 ? typeof number === 'bigint' : Number.isSafeInteger(number)
    if (number === undefined || !isRight) throw wrongType([...this.path], NEEDED[kind] ?? WORD[word.size], value)
    const { min, max } = wordRange(word)
    if (number < min || number > max) {
      const expected = `a number from ${min} to ${max}`
      throw new EncodeError({
        code: 'layout/value-out-of-range',
        path: [...this.path],
        expected,
        found: String(number),
      })
    }
    // Making room may replace the view, so it comes first.
    const offset = this.out.reserve(word.size)
    writeWord(this.out.view, offset, word, false, number)
  }

  private counted(value: unknown): void {
    const bytes = textBytes(value, undefined)
    if (bytes === undefined) throw wrongType([...this.path], 'text of one byte per character', value)
    if (bytes.length > 255) throw lengthMismatch([...this.path], 'at most 255 characters', String(bytes.length))
    this.out.append(Uint8Array.of(bytes.length))
    this.out.append(bytes)
  }

  private run(value: unknown, size: number): void {
    const run = runOf(value, [...this.path])
    if (run.length !== size) throw lengthMismatch([...this.path], `${size} bytes`, String(run.length))
    this.out.append(run)
  }

  private inside(part: PathPart, step: () => void): void {
    this.path.push(part)
    step()
    this.path.pop()
  }

  private halt(): void {
    this.stop = [...this.path]
  }

  private stranger(name: string): never {
    const expected = this.stop === undefined ? 'a member that the description has' : 'nothing behind what is missing'
    const path = [...this.path, name]
    throw new EncodeError({ code: 'layout/unexpected-field', path, expected, found: describe(name) })
  }
}

const WORD = { 1: 'a number', 2: 'a number', 4: 'a number', 8: 'a bigint' } as const
const NEEDED: { readonly [K in ScalarKind]?: string } = { bool: 'a boolean or a number', pointer: 'null or a number' }

/** The number that a value stands for in the stream. */
function numeric(kind: ScalarKind, value: unknown): number | bigint | undefined {
  if (kind === 'bool' && typeof value === 'boolean') return value ? 1 : 0
  if (kind === 'pointer' && value === null) return NULL_POINTER
  return typeof value === 'number' || typeof value === 'bigint' ? value : undefined
}
