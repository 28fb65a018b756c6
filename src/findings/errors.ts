import { type Path, printPath } from './path.ts'

interface DecodeFacts {
  readonly code: string
  readonly path: Path
  /** Offset in the input at which decoding stopped. */
  readonly offset: number
  readonly expected: string
  readonly found: string
  /** True when the input ended early: more bytes might complete it. False when it is wrong. */
  readonly needsMore?: boolean
  /** Line of a text capture, counted from 1. */
  readonly line?: number | undefined
}

/** The input is not what it was said to be: its outermost frame could not be established. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError'
  readonly code: string
  readonly path: Path
  readonly offset: number
  readonly expected: string
  readonly found: string
  readonly needsMore: boolean
  readonly line: number | undefined

  constructor(facts: DecodeFacts) {
    super(
      `${printPath(facts.path)} at offset ${hexOffset(facts.offset)}: expected ${facts.expected}, found ${facts.found}`,
    )
    this.code = facts.code
    this.path = facts.path
    this.offset = facts.offset
    this.expected = facts.expected
    this.found = facts.found
    this.needsMore = facts.needsMore ?? false
    this.line = facts.line
  }
}

interface EncodeFacts {
  readonly code: string
  readonly path: Path
  readonly expected: string
  readonly found: string
}

/** A value cannot be written: it is out of range, of the wrong type, or contradicts another value. */
export class EncodeError extends Error {
  override readonly name = 'EncodeError'
  readonly code: string
  readonly path: Path
  readonly expected: string
  readonly found: string

  constructor(facts: EncodeFacts) {
    super(`${printPath(facts.path)}: expected ${facts.expected}, found ${facts.found}`)
    this.code = facts.code
    this.path = facts.path
    this.expected = facts.expected
    this.found = facts.found
  }
}

/** Runs a step on a part of a value; what it throws gets the path of the part in front of its own. */
export function atPath<R>(path: Path, step: () => R): R {
  try {
    return step()
  } catch (error) {
    if (error instanceof EncodeError) throw new EncodeError({ ...error, path: [...path, ...error.path] })
    throw error
  }
}

/** Prints an offset or address as the field does: hexadecimal with prefix. */
export function hexOffset(offset: number | bigint): string {
  return `0x${offset.toString(16)}`
}
