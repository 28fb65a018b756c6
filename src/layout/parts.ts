import { EncodeError, type Finding, type Path, printPath } from '../findings/index.ts'
import { u8 } from './describe.ts'
import type { DerivedSpace } from './format.ts'
import { fromHex, type Json } from './json.ts'
import type { Located } from './walk.ts'
import { describe } from './write.ts'

// What formats that find their structures by hand need to put them together.

/** Fields of a part, as fields of the whole. */
export function movedFields(fields: readonly Located[], by: number, below: Path): Located[] {
  return fields.map((field) => ({ ...field, path: [...below, ...field.path], offset: field.offset + by }))
}

/** Findings about a part, as findings about the whole. Derived spaces keep their offsets and get the longer name. */
export function movedFindings(findings: readonly Finding[], by: number, below: Path): Finding[] {
  return findings.map((finding) => {
    const path = [...below, ...finding.path]
    if (finding.in === undefined) return { ...finding, path, offset: finding.offset + by }
    return { ...finding, path, in: spaceBelow(below, finding.in) }
  })
}

/** Derived spaces of a part, as those of the whole. */
export function movedSpaces(spaces: readonly DerivedSpace[], by: number, below: Path): DerivedSpace[] {
  return spaces.map(({ name, path, pieces }) => ({
    name: spaceBelow(below, name),
    path: [...below, ...path],
    pieces: pieces.map((piece) => ({ ...piece, parentOffset: piece.parentOffset + by })),
  }))
}

/** Spaces are named by the path of the part that they are. */
function spaceBelow(below: Path, name: string): string {
  return below.length === 0 ? name : `${printPath(below)}.${name}`
}

/** A run of bytes that no description covers, as a field. */
export function runField(path: Path, offset: number, value: Uint8Array): Located {
  return { path, offset, length: value.length, type: u8, value }
}

/** Runs of bytes one after another, in memory of their own. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.length
  }
  return whole
}

/** An object with members of any type. @throws EncodeError */
export function recordOf(value: unknown, path: Path): Record<string, unknown> {
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>
  throw wrongType(path, 'an object', value)
}

/** An array of anything. @throws EncodeError */
export function arrayOf(value: unknown, path: Path): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw wrongType(path, 'an array', value)
}

/** A run of bytes. @throws EncodeError */
export function runOf(value: unknown, path: Path): Uint8Array {
  if (value instanceof Uint8Array) return value
  throw wrongType(path, 'bytes', value)
}

/** A run of bytes in JSON: hexadecimal text. @throws EncodeError */
export function bytesFromJson(json: Json | undefined, path: Path): Uint8Array {
  if ((json as unknown) instanceof Uint8Array) return json as unknown as Uint8Array
  const bytes = typeof json === 'string' ? fromHex(json) : undefined
  if (bytes !== undefined) return bytes
  throw wrongType(path, 'bytes as hexadecimal text', json)
}

/** Members that a value must not have. @throws EncodeError for the first that is not among `members` */
export function refuseStrangers(value: object, members: readonly string[], path: Path): void {
  const stranger = Object.keys(value).find((name) => !members.includes(name))
  if (stranger === undefined) return
  const facts = { expected: `one of ${members.join(', ')}`, found: JSON.stringify(stranger) }
  throw new EncodeError({ code: 'layout/unexpected-field', path: [...path, stranger], ...facts })
}

/** The error for a member that is of another kind than it has to be. */
export function wrongType(path: Path, expected: string, found: unknown): EncodeError {
  return new EncodeError({ code: 'layout/wrong-type', path, expected, found: describe(found) })
}

/** The error for a part that is longer or shorter than what else is said of it. */
export function lengthMismatch(path: Path, expected: string, found: string): EncodeError {
  return new EncodeError({ code: 'layout/length-mismatch', path, expected, found })
}
