import { counted } from '../findings/index.ts'
import type { ByteSink } from './byte-sink.ts'
import { CaptureError } from './errors.ts'
import { excerpt, HEX_DIGIT, isBlank, isHex, SPACE, skipBlanks, skipHex } from './text.ts'

/** A line of a dump: where its cells start and end, and where the row's own text (without a log prefix) starts. */
export interface RowLine {
  readonly bytes: Uint8Array
  readonly body: number
  readonly cells: number
  readonly end: number
  readonly line: number
}

/** What the cells of a row were. */
export interface RowCells {
  readonly count: number
  /** Bytes that a group of digits without a space stands for; the largest of the row. */
  readonly group: number
  /** Position behind the last digit. */
  readonly cellsEnd: number
}

/** Reads groups of digits, one space between them, up to two spaces or the end of the line (xxd, kernel). */
export function readGroups(row: RowLine, sink: ByteSink): RowCells {
  const { bytes, end } = row
  sink.reserve((end - row.cells) >> 1)
  const { buffer } = sink
  let to = sink.length
  let group = 0
  let at = row.cells
  if (bytes[at] !== SPACE) throw badDigit(row, at)
  for (;;) {
    const start = at + 1
    at = start
    while (at + 1 < end) {
      const high = HEX_DIGIT[bytes[at] as number] as number
      const low = HEX_DIGIT[bytes[at + 1] as number] as number
      if ((high | low) > 15) break
      buffer[to++] = (high << 4) | low
      at += 2
    }
    if (at === start || (at < end && bytes[at] !== SPACE)) throw badDigit(row, at)
    group = Math.max(group, (at - start) >> 1)
    if (at + 1 >= end || bytes[at + 1] === SPACE) break
  }
  const count = to - sink.length
  sink.length = to
  return { count, group, cellsEnd: at }
}

/** Reads cells of two digits, any blanks between them, up to the text column or the end of the line (hexdump, od). */
export function readPairs(row: RowLine, sink: ByteSink, textOpens: number): RowCells {
  const { bytes, end } = row
  sink.reserve((end - row.cells) >> 1)
  const { buffer } = sink
  let to = sink.length
  let at = row.cells
  let cellsEnd = at
  for (;;) {
    at = skipBlanks(bytes, at, end)
    if (at >= end || bytes[at] === textOpens) break
    const high = HEX_DIGIT[bytes[at] as number] as number
    const low = at + 1 < end ? (HEX_DIGIT[bytes[at + 1] as number] as number) : 0xff
    if ((high | low) > 15) throw badDigit(row, at)
    buffer[to++] = (high << 4) | low
    at += 2
    cellsEnd = at
    if (at < end && !isBlank(bytes[at]) && bytes[at] !== textOpens) throw badDigit(row, at - 2)
  }
  const count = to - sink.length
  if (count === 0) throw badDigit(row, at)
  sink.length = to
  return { count, group: 1, cellsEnd }
}

/** Checks that a text column between two marks has one character per byte. */
export function checkMarkedText(row: RowLine, count: number, cellsEnd: number, opens: number, closes: number): void {
  const { bytes } = row
  const from = skipBlanks(bytes, cellsEnd, row.end)
  if (from >= row.end || bytes[from] !== opens) return
  let end = row.end
  while (end > from + 1 && isBlank(bytes[end - 1])) end -= 1
  const closed = end > from + 1 && bytes[end - 1] === closes
  const length = end - from - 2
  if (!closed || length !== count) throw wrongText(row, count, closed ? length : undefined)
}

export function wrongText(row: RowLine, count: number, found: number | undefined): CaptureError {
  return new CaptureError({
    code: 'capture/text-column-mismatch',
    line: row.line,
    expected: `a text column of ${counted(count, 'character')}, one per byte`,
    found: found === undefined ? 'one without its closing mark' : `${found}`,
  })
}

export function badDigit(row: RowLine, at: number): CaptureError {
  return new CaptureError({
    code: 'capture/bad-digit',
    line: row.line,
    expected: 'a byte of two hexadecimal digits',
    found: excerpt(row.bytes, at, row.end),
  })
}

const LOOKED_AT = 4096

/** Whether a line that is no row looks like a damaged one: it has several hexadecimal cells in succession. */
export function resemblesRow(bytes: Uint8Array, start: number, lineEnd: number): boolean {
  const end = Math.min(lineEnd, start + LOOKED_AT)
  let cells = 0
  let digits = 0
  for (let at = skipBlanks(bytes, start, end); at < end; at = skipBlanks(bytes, at, end)) {
    const from = at
    at = skipHex(bytes, at, end)
    if (at - from <= 16 && isCell(bytes, from, end)) {
      cells += 1
      digits += at - from
      if (cells > 1 && digits >= 8) return true
    } else {
      cells = 0
      digits = 0
      while (at < end && !isBlank(bytes[at])) at += 1
    }
  }
  return false
}

/** Whether the digits at `at` are a group of whole bytes followed by a blank or the end. */
export function isCell(bytes: Uint8Array, at: number, end: number): boolean {
  const stop = skipHex(bytes, at, end)
  return isHex(bytes[at]) && (stop - at) % 2 === 0 && (stop === end || isBlank(bytes[stop]))
}
