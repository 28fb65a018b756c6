import { COLON, LINE_FEED, SPACE, STAR } from './text.ts'

const ROW = 16
/** Rows in one piece of text: large enough to be quick, small enough to stream. */
const ROWS_PER_PIECE = 4096
/** Longest row with its line end: that of hexdump, with room for an offset of 14 digits. */
const LONGEST_ROW = 88

const DIGITS = new TextEncoder().encode('0123456789abcdef')
const BAR = 0x7c

/** Writes one row at `to` and returns where the next one goes. */
type RowWriter = (bytes: Uint8Array, at: number, text: Uint8Array, to: number) => number

/** The text that `xxd` prints for the bytes. */
export function writeXxd(bytes: Uint8Array): string {
  return [...xxdPieces(bytes)].join('')
}

/** The same text in pieces, for output too large for one string. */
export function xxdPieces(bytes: Uint8Array): Generator<string> {
  return pieces(bytes, xxdRow)
}

/** The text that `hexdump -C` prints for the bytes, repeated rows as `*`. */
export function writeHexdump(bytes: Uint8Array): string {
  return [...hexdumpPieces(bytes)].join('')
}

/** The same text in pieces, for output too large for one string. */
export function* hexdumpPieces(bytes: Uint8Array): Generator<string> {
  yield* pieces(bytes, hexdumpRow)
  if (bytes.length > 0) yield `${bytes.length.toString(16).padStart(8, '0')}\n`
}

/** The rows of lspci's hex dump: offsets of two digits or more, no text column. */
export function lspciRows(bytes: Uint8Array): string {
  return [...pieces(bytes, lspciRow)].join('')
}

function* pieces(bytes: Uint8Array, row: RowWriter): Generator<string> {
  const text = new Uint8Array(Math.min(ROWS_PER_PIECE, Math.ceil(bytes.length / ROW)) * LONGEST_ROW)
  const decoder = new TextDecoder()
  for (let first = 0; first < bytes.length; first += ROWS_PER_PIECE * ROW) {
    const end = Math.min(first + ROWS_PER_PIECE * ROW, bytes.length)
    let to = 0
    for (let at = first; at < end; at += ROW) to = row(bytes, at, text, to)
    yield decoder.decode(text.subarray(0, to))
  }
}

function xxdRow(bytes: Uint8Array, at: number, text: Uint8Array, start: number): number {
  let to = putOffset(at, 8, text, start)
  text[to++] = COLON
  const shownAt = to + 42
  const end = Math.min(at + ROW, bytes.length)
  for (let position = at; position < end; position++) {
    if (position % 2 === 0) text[to++] = SPACE
    to = putPair(bytes[position] as number, text, to)
  }
  text.fill(SPACE, to, shownAt)
  to = putShown(bytes, at, end, text, shownAt)
  text[to++] = LINE_FEED
  return to
}

function hexdumpRow(bytes: Uint8Array, at: number, text: Uint8Array, start: number): number {
  let to = start
  if (repeats(bytes, at)) {
    if (repeats(bytes, at - ROW)) return to
    text[to++] = STAR
    text[to++] = LINE_FEED
    return to
  }
  to = putOffset(at, 8, text, to)
  const shownAt = to + 52
  const end = Math.min(at + ROW, bytes.length)
  for (let position = at; position < end; position++) {
    if (position % 8 === 0) text[to++] = SPACE
    text[to++] = SPACE
    to = putPair(bytes[position] as number, text, to)
  }
  text.fill(SPACE, to, shownAt)
  text[shownAt] = BAR
  to = putShown(bytes, at, end, text, shownAt + 1)
  text[to++] = BAR
  text[to++] = LINE_FEED
  return to
}

function lspciRow(bytes: Uint8Array, at: number, text: Uint8Array, start: number): number {
  let to = putOffset(at, 2, text, start)
  text[to++] = COLON
  const end = Math.min(at + ROW, bytes.length)
  for (let position = at; position < end; position++) {
    text[to++] = SPACE
    to = putPair(bytes[position] as number, text, to)
  }
  text[to++] = LINE_FEED
  return to
}

/** Whether the whole row at `at` equals the row before it. */
function repeats(bytes: Uint8Array, at: number): boolean {
  if (at < ROW || at + ROW > bytes.length) return false
  for (let position = at; position < at + ROW; position++) if (bytes[position] !== bytes[position - ROW]) return false
  return true
}

function putOffset(offset: number, leastDigits: number, text: Uint8Array, to: number): number {
  let digits = leastDigits
  while (offset >= 16 ** digits) digits += 1
  let rest = offset
  for (let at = to + digits - 1; at >= to; at--) {
    text[at] = DIGITS[rest % 16] as number
    rest = Math.floor(rest / 16)
  }
  return to + digits
}

function putPair(byte: number, text: Uint8Array, to: number): number {
  text[to] = DIGITS[byte >> 4] as number
  text[to + 1] = DIGITS[byte & 15] as number
  return to + 2
}

/** The text column: printable ASCII as it is, everything else as a dot. */
function putShown(bytes: Uint8Array, at: number, end: number, text: Uint8Array, start: number): number {
  let to = start
  for (let position = at; position < end; position++) text[to++] = shownAs(bytes[position] as number)
  return to
}

/** Character that tools print for a byte in their text column. */
export function shownAs(byte: number): number {
  return byte >= 0x20 && byte < 0x7f ? byte : 0x2e
}
