import { hexOffset } from '../findings/index.ts'
import type { CaptureCode } from './codes.ts'

interface CaptureFacts {
  readonly code: CaptureCode
  /** Line of the text, counted from 1. */
  readonly line?: number
  /** Offset in the text or archive (after decompression), where a line does not say it better. */
  readonly offset?: number
  readonly expected: string
  readonly found: string
  readonly cause?: unknown
}

/** The text, archive or compressed stream around the bytes is not what it should be. */
export class CaptureError extends Error {
  override readonly name = 'CaptureError'
  readonly code: CaptureCode
  readonly line: number | undefined
  readonly offset: number | undefined
  readonly expected: string
  readonly found: string

  constructor(facts: CaptureFacts) {
    super(sentence(facts), facts.cause === undefined ? undefined : { cause: facts.cause })
    this.code = facts.code
    this.line = facts.line
    this.offset = facts.offset
    this.expected = facts.expected
    this.found = facts.found
  }
}

function sentence({ line, offset, expected, found }: CaptureFacts): string {
  if (line !== undefined) return `Line ${line}: expected ${expected}, found ${found}.`
  if (offset !== undefined) return `At offset ${hexOffset(offset)}: expected ${expected}, found ${found}.`
  return `Expected ${expected}, found ${found}.`
}
