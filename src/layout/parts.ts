import { EncodeError, type Finding, type Path, printPath } from '../findings/index.ts'
import type { DerivedSpace } from './format.ts'
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

function wrongType(path: Path, expected: string, found: unknown): EncodeError {
  return new EncodeError({ code: 'layout/wrong-type', path, expected, found: describe(found) })
}
