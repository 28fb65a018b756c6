import { CaptureError } from './errors.ts'

/** What stands for characters that are no digits: any bit of 0xf0 tells them. */
const NOT_A_DIGIT = 0x80
/** Value of each character as a hexadecimal digit. */
export const HEX_DIGIT: Uint8Array = hexDigits()

export const TAB = 0x09
export const LINE_FEED = 0x0a
export const CARRIAGE_RETURN = 0x0d
export const SPACE = 0x20
export const STAR = 0x2a
export const COLON = 0x3a

/** Longest line that a capture may have; none of the known tools comes near it. */
export const MAX_LINE = 64 * 1024

function hexDigits(): Uint8Array {
  const table = new Uint8Array(256).fill(NOT_A_DIGIT)
  for (const [at, character] of [...'0123456789abcdef'].entries()) {
    table[character.charCodeAt(0)] = at
    table[character.toUpperCase().charCodeAt(0)] = at
  }
  return table
}

/** Whether a character is a hexadecimal digit. */
export function isHex(byte: number | undefined): boolean {
  return byte !== undefined && (HEX_DIGIT[byte] as number) < 16
}

export function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB
}

/** Steps through the lines of a text without making strings; `end` excludes the line end, LF or CRLF. */
export class LineCursor {
  readonly bytes: Uint8Array
  start = 0
  end = 0
  /** Counted from 1. */
  number = 0
  #next: number

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.#next = byteOrderMarkLength(bytes)
  }

  next(): boolean {
    const { bytes } = this
    if (this.#next >= bytes.length) return false
    this.start = this.#next
    const feed = bytes.indexOf(LINE_FEED, this.start)
    this.end = feed === -1 ? bytes.length : feed
    this.#next = this.end + 1
    this.end = trimReturn(bytes, this.start, this.end)
    this.number += 1
    return true
  }
}

/** Length of the UTF-8 byte order mark that some editors put before a text. */
export function byteOrderMarkLength(bytes: Uint8Array): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
}

/** End of a line without the carriage return of a CRLF. */
export function trimReturn(bytes: Uint8Array, start: number, end: number): number {
  return end > start && bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end
}

/** First position from `at` on that is neither space nor tab. */
export function skipBlanks(bytes: Uint8Array, at: number, end: number): number {
  let position = at
  while (position < end && isBlank(bytes[position])) position += 1
  return position
}

/** First position from `at` on that is not a hexadecimal digit. */
export function skipHex(bytes: Uint8Array, at: number, end: number): number {
  let position = at
  while (position < end && isHex(bytes[position])) position += 1
  return position
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** A piece of input as text. */
export function textOf(bytes: Uint8Array, start: number, end: number): string {
  return decoder.decode(bytes.subarray(start, end))
}

const EXCERPT_LENGTH = 40

/** The start of a piece of input, quoted and escaped, for a message. */
export function excerpt(bytes: Uint8Array, start: number, end: number): string {
  if (start >= end) return 'the end of the line'
  const text = textOf(bytes, start, Math.min(end, start + EXCERPT_LENGTH))
  return end - start > EXCERPT_LENGTH ? `${JSON.stringify(text)}...` : JSON.stringify(text)
}

/** Whether the input goes on with a text in ASCII. */
export function startsWith(bytes: Uint8Array, at: number, end: number, text: string): boolean {
  if (end - at < text.length) return false
  for (let index = 0; index < text.length; index++) if (bytes[at + index] !== text.charCodeAt(index)) return false
  return true
}

/** Refuses a line that no known tool writes. */
export function checkLineLength(length: number, line: number): void {
  if (length <= MAX_LINE) return
  throw new CaptureError({
    code: 'capture/line-too-long',
    line,
    expected: `a line of at most ${MAX_LINE} bytes`,
    found: 'a longer one',
  })
}
