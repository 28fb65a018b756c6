import { ByteSink } from './byte-sink.ts'
import { badDigit, type RowLine } from './dump-row.ts'
import { CaptureError } from './errors.ts'
import type { DumpContent } from './hex-dump.ts'
import { LineMapBuilder } from './line-map.ts'
import { excerpt, HEX_DIGIT, isBlank, LineCursor, STAR, skipBlanks, skipHex } from './text.ts'

/** Reads hexadecimal digits without offsets: `xxd -p`, or pairs with blanks between them (`od -A n -t x1`). */
export function readPlainHex(text: Uint8Array, maxBytes: number): DumpContent {
  const cursor = new LineCursor(text)
  const sink = new ByteSink(maxBytes)
  const lines = new LineMapBuilder()
  while (cursor.next()) {
    const { bytes, start, end, number } = cursor
    const before = sink.length
    readLine({ bytes, body: start, cells: start, end, line: number }, sink)
    sink.checkLimit(number)
    if (sink.length > before) lines.add(sink.length - before, number, start, end - start)
  }
  if (sink.length === 0)
    throw new CaptureError({ code: 'capture/no-rows', expected: 'hexadecimal digits', found: 'none' })
  return { bytes: sink.take(), lines: lines.take(), start: 0n, findings: [] }
}

function readLine(row: RowLine, sink: ByteSink): void {
  const { bytes, end } = row
  sink.reserve((end - row.cells) >> 1)
  let tokens = 0
  let longest = 0
  for (let at = skipBlanks(bytes, row.cells, end); at < end; at = skipBlanks(bytes, at, end)) {
    const stop = skipHex(bytes, at, end)
    if (bytes[at] === STAR) throw repetition(row)
    if (stop === at || (stop - at) % 2 === 1 || (stop < end && !isBlank(bytes[stop]))) throw badDigit(row, at)
    tokens += 1
    longest = Math.max(longest, stop - at)
    if (tokens > 1 && longest > 2) throw words(row, at)
    for (; at < stop; at += 2) {
      const high = HEX_DIGIT[bytes[at] as number] as number
      sink.buffer[sink.length++] = (high << 4) | (HEX_DIGIT[bytes[at + 1] as number] as number)
    }
  }
}

function repetition(row: RowLine): CaptureError {
  return new CaptureError({
    code: 'capture/bad-repetition',
    line: row.line,
    expected: 'hexadecimal digits',
    found: 'a repetition mark, which has no length in a dump without offsets',
  })
}

function words(row: RowLine, at: number): CaptureError {
  return new CaptureError({
    code: 'capture/byte-order-unknown',
    line: row.line,
    expected: 'pairs of digits, or one run of digits a line',
    found: `${excerpt(row.bytes, at, row.end)}, of which the byte order is not stated`,
  })
}
