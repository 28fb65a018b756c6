import { counted } from '../findings/index.ts'
import { CaptureError } from './errors.ts'
import { MAX_CONFIG_SPACE } from './function.ts'
import { CARRIAGE_RETURN, COLON, excerpt, HEX_DIGIT, isBlank, isHex, LINE_FEED, SPACE, skipHex } from './text.ts'

/** Bytes of a whole row. */
export const ROW = 16

/** Text with a view of the same bytes, made once for many rows. */
export interface RowText {
  readonly bytes: Uint8Array
  readonly view: DataView
}

/**
 * Reads a row exactly as lspci prints it, with the wanted offset and its line end; returns the position of the next
 * line, or 0 where anything differs and the careful way has to look. The 16 bytes it writes to must be zero: those of
 * a row of zeros are left as they are.
 */
export function fastRow({ bytes, view }: RowText, start: number, offset: number, to: Uint8Array): number {
  if (start + MOST_FAST > bytes.length || offset % ROW !== 0) return 0
  if (view.getUint32(start) !== ROW_HEADS[offset / ROW]) return 0
  const cells = start + (offset < 0x100 ? 3 : 4)
  if (!isZeroRow(view, cells) && !readCells(view, cells, offset, to)) return 0
  const end = cells + 3 * ROW
  if (bytes[end] === LINE_FEED) return end + 1
  return bytes[end] === CARRIAGE_RETURN && bytes[end + 1] === LINE_FEED ? end + 2 : 0
}

/** Characters of a row with its line end: "ff0:", 16 times " 00", CR and LF; and one that is read with the last cell. */
const MOST_FAST = 4 + 3 * ROW + 2 + 1

/** The four characters that each row starts with: "f0: " below 0x100, "ff0:" from there on. */
const ROW_HEADS = Uint32Array.from({ length: MAX_CONFIG_SPACE / ROW }, (_, row) => {
  const [a = 0, b = 0, c = 0, d = 0] = new TextEncoder().encode(`${(row * ROW).toString(16).padStart(2, '0')}: `)
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0
})

// Most rows of a configuration space are zeros. " 00" repeats every 24 bytes, so six comparisons of 8 bytes, as the
// doubles that they happen to be, tell such a row; none of them is NaN.
const zeros = new DataView(new TextEncoder().encode(' 00'.repeat(8)).buffer)
const [ZEROS_0, ZEROS_8, ZEROS_16] = [zeros.getFloat64(0), zeros.getFloat64(8), zeros.getFloat64(16)]

function isZeroRow(view: DataView, at: number): boolean {
  return (
    view.getFloat64(at) === ZEROS_0 &&
    view.getFloat64(at + 8) === ZEROS_8 &&
    view.getFloat64(at + 16) === ZEROS_16 &&
    view.getFloat64(at + 24) === ZEROS_0 &&
    view.getFloat64(at + 32) === ZEROS_8 &&
    view.getFloat64(at + 40) === ZEROS_16
  )
}

/** Reads 16 times a space and two digits; false, with the bytes zero again, where there is anything else. */
function readCells(view: DataView, start: number, offset: number, to: Uint8Array): boolean {
  let digits = 0
  let spaces = 0
  for (let cell = 0, at = start; cell < ROW; cell++, at += 3) {
    const text = view.getUint32(at)
    const high = HEX_DIGIT[(text >>> 16) & 0xff] as number
    const low = HEX_DIGIT[(text >>> 8) & 0xff] as number
    digits |= high | low
    spaces |= (text >>> 24) ^ SPACE
    to[offset + cell] = (high << 4) | low
  }
  if (digits < 16 && spaces === 0) return true
  to.fill(0, offset, offset + ROW)
  return false
}

/**
 * Whether a line is a row: two to four digits and a colon. Outside a function only what also has a byte behind the
 * colon, so that text before the first function is not taken for one.
 */
export function isRowLine(bytes: Uint8Array, start: number, end: number, inFunction: boolean): boolean {
  const colon = skipHex(bytes, start, Math.min(end, start + 5))
  if (colon - start < 2 || colon - start > 4 || colon >= end || bytes[colon] !== COLON) return false
  if (colon + 1 < end && !isBlank(bytes[colon + 1])) return false
  if (inFunction) return true
  const cell = colon + 2
  return cell + 1 < end && isHex(bytes[cell]) && isHex(bytes[cell + 1]) && (cell + 2 >= end || isBlank(bytes[cell + 2]))
}

interface Line {
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
  readonly line: number
}

/** Reads a row in whatever spacing and case; returns how many bytes it had. Throws CaptureError naming the line. */
export function readRow(row: Line, expected: number, to: Uint8Array): number {
  const { bytes, end } = row
  const colon = skipHex(bytes, row.start, end)
  checkOffset(row, colon, expected)
  let count = 0
  for (let at = colon + 1; ; ) {
    while (at < end && isBlank(bytes[at])) at += 1
    if (at >= end) break
    const high = HEX_DIGIT[bytes[at] as number] as number
    const low = at + 1 < end ? (HEX_DIGIT[bytes[at + 1] as number] as number) : 0xff
    const whole = (high | low) < 16 && (at + 2 >= end || isBlank(bytes[at + 2]))
    if (!whole) throw badRow(row, 'a byte of two hexadecimal digits', excerpt(bytes, at, end))
    if (count === ROW) throw badRow(row, `at most ${ROW} bytes`, `more, from ${excerpt(bytes, at, end)} on`)
    to[expected + count] = (high << 4) | low
    count += 1
    at += 2
  }
  if (count === 0) throw badRow(row, 'bytes behind the offset', 'none')
  return count
}

function checkOffset(row: Line, colon: number, expected: number): void {
  const { bytes, start } = row
  const mismatch = (wanted: string): CaptureError =>
    new CaptureError({
      code: 'capture/offset-mismatch',
      line: row.line,
      expected: wanted,
      found: excerpt(bytes, start, colon),
    })
  if (expected >= MAX_CONFIG_SPACE) throw mismatch(`at most ${MAX_CONFIG_SPACE} bytes in a function`)
  const short = expected % ROW
  if (short !== 0) throw mismatch(`no row behind one of ${counted(short, 'byte')}`)
  let offset = 0
  for (let at = start; at < colon; at++) offset = offset * 16 + (HEX_DIGIT[bytes[at] as number] as number)
  if (offset !== expected) throw mismatch(`the offset ${expected.toString(16).padStart(2, '0')}`)
}

function badRow(row: Line, expected: string, found: string): CaptureError {
  return new CaptureError({ code: 'capture/bad-digit', line: row.line, expected, found })
}
