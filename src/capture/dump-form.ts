import type { ByteSink } from './byte-sink.ts'
import type { Radix } from './dump-offset.ts'
import { checkMarkedText, isCell, type RowCells, type RowLine, readGroups, readPairs, wrongText } from './dump-row.ts'
import { COLON, isBlank, SPACE, skipBlanks, skipHex } from './text.ts'

/** How a tool lays out the rows of its dump. */
export interface DumpForm {
  readonly title: string
  /** Radixes of the offsets, the likeliest first. */
  readonly radixes: readonly Radix[]
  /** The tool prints groups of bytes as they lie in memory. */
  readonly memoryOrder: boolean
  /** The dump ends with a line that holds only the offset behind the last byte. */
  readonly finalOffset: boolean
  /** `offset: cells  text`, possibly behind a log prefix; otherwise `offset cells` from the start of the line. */
  readonly colon: boolean
  /** Marks around the text column; without them it follows two spaces. */
  readonly textMarks?: readonly [opens: number, closes: number]
  readonly leastDigits: number
  readonly readCells: (row: RowLine, sink: ByteSink) => RowCells
}

const BAR = 0x7c
const LESS = 0x3c
const GREATER = 0x3e

/** `xxd` in any grouping, and print_hex_dump of the kernel, which looks the same behind its prefix. */
export const xxdForm: DumpForm = {
  title: 'an xxd dump',
  radixes: [16, 10],
  memoryOrder: true,
  finalOffset: false,
  colon: true,
  leastDigits: 4,
  readCells: readGroups,
}

/** `hexdump -C`, also known as `hd`. */
export const hexdumpForm: DumpForm = {
  title: 'a hexdump -C dump',
  radixes: [16],
  memoryOrder: true,
  finalOffset: true,
  colon: false,
  textMarks: [BAR, BAR],
  leastDigits: 8,
  readCells: (row, sink) => readPairs(row, sink, BAR),
}

/** `od -t x1`, with or without `z`. Hexadecimal offsets have 6 digits at least, the others 7. */
export function odForm(offsetDigits: number): DumpForm {
  return {
    title: 'an od -t x1 dump',
    radixes: offsetDigits === 6 ? [16, 8, 10] : [8, 10, 16],
    memoryOrder: true,
    finalOffset: true,
    colon: false,
    textMarks: [GREATER, LESS],
    leastDigits: 6,
    readCells: (row, sink) => readPairs(row, sink, GREATER),
  }
}

/** Where the parts of a row stand in its line. */
export interface LineParts {
  /** Start of the offset: behind a log prefix, if there is one. */
  readonly body: number
  readonly offsetEnd: number
  readonly cells: number
}

/**
 * Finds the row in a line. With `strict` (inside a dump without prefixes) a line with an offset is a row whatever
 * follows it, so that damage is named; otherwise at least one whole cell has to follow.
 */
export function locateRow(
  form: DumpForm,
  bytes: Uint8Array,
  start: number,
  end: number,
  strict: boolean,
): LineParts | undefined {
  if (!form.colon) return plainRow(form, bytes, start, end, strict)
  const atStart = colonRow(form, bytes, start, end, strict || isHexOffset(bytes, start, end))
  if (atStart !== undefined || strict) return atStart
  for (let at = start + 1; at < end; at++) {
    if (!endsPrefix(bytes[at - 1] as number)) continue
    const parts = colonRow(form, bytes, at, end, false)
    if (parts !== undefined) return parts
  }
  return undefined
}

function plainRow(
  form: DumpForm,
  bytes: Uint8Array,
  start: number,
  end: number,
  strict: boolean,
): LineParts | undefined {
  const offsetEnd = skipHex(bytes, start, end)
  if (offsetEnd - start < form.leastDigits || (offsetEnd < end && !isBlank(bytes[offsetEnd]))) return undefined
  const cells = skipBlanks(bytes, offsetEnd, end)
  if (!strict && cells < end && !isCell(bytes, cells, end)) return undefined
  return { body: start, offsetEnd, cells: offsetEnd }
}

function colonRow(form: DumpForm, bytes: Uint8Array, at: number, end: number, strict: boolean): LineParts | undefined {
  const offsetEnd = skipHex(bytes, at, end)
  if (offsetEnd - at < form.leastDigits || offsetEnd - at > 16 || bytes[offsetEnd] !== COLON) return undefined
  const cells = offsetEnd + 1
  if (!strict && (bytes[cells] !== SPACE || !isCell(bytes, cells + 1, end))) return undefined
  return { body: at, offsetEnd, cells }
}

/** Eight digits and a colon at the start of a line are a row of xxd even where its bytes are damaged. */
function isHexOffset(bytes: Uint8Array, start: number, end: number): boolean {
  const offsetEnd = skipHex(bytes, start, end)
  return offsetEnd - start >= 8 && bytes[offsetEnd] === COLON && isBlank(bytes[offsetEnd + 1])
}

function endsPrefix(byte: number): boolean {
  return isBlank(byte) || byte === COLON || byte === 0x5d || byte === 0x29 || byte === GREATER || byte === BAR
}

/**
 * Checks that the text column has one character per byte and returns it, empty where the row has none. A full row is as
 * wide as one before it.
 */
export function textColumn(
  form: DumpForm,
  row: RowLine,
  cells: RowCells,
  values: Uint8Array,
  isFullRow: boolean,
): Uint8Array {
  if (form.textMarks !== undefined) {
    checkMarkedText(row, cells.count, cells.cellsEnd, ...form.textMarks)
    return row.bytes.subarray(0, 0)
  }
  const { bytes, end } = row
  const behind = cells.cellsEnd + 2
  const visible = skipBlanks(bytes, cells.cellsEnd, end)
  if (visible === end) return bytes.subarray(0, 0)
  // A short row is padded to the width of others: there the column starts where text does.
  const isPadded = !isFullRow && bytes[behind] === SPACE
  const from = isPadded ? Math.max(behind, visible - leadingSpaces(values)) : behind
  const missing = values.length - Math.max(end - from, 0)
  // Spaces at the end of a line get lost in many editors; other characters do not.
  if (missing < 0 || missing > trailingSpaces(values)) throw wrongText(row, values.length, end - from)
  return bytes.subarray(from, end)
}

function leadingSpaces(values: Uint8Array): number {
  let count = 0
  while (count < values.length && values[count] === SPACE) count += 1
  return count
}

function trailingSpaces(values: Uint8Array): number {
  let count = 0
  while (count < values.length && values[values.length - 1 - count] === SPACE) count += 1
  return count
}
