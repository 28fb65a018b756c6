import { counted, type Finding } from '../findings/index.ts'
import { GroupOrder } from './byte-order.ts'
import { ByteSink } from './byte-sink.ts'
import { captureCodes } from './codes.ts'
import { type DumpForm, type LineParts, locateRow, textColumn } from './dump-form.ts'
import { addTo, distance, type Offset, printOffset, type Radix, readOffset, toBigInt } from './dump-offset.ts'
import { badDigit, type RowLine, resemblesRow } from './dump-row.ts'
import { CaptureError } from './errors.ts'
import { type LineMap, LineMapBuilder } from './line-map.ts'
import { checkLineLength, excerpt, LineCursor, STAR, skipBlanks } from './text.ts'

/** Bytes read from a dump, and where each of them stood. */
export interface DumpContent {
  readonly bytes: Uint8Array
  readonly lines: LineMap
  /** Offset or address that the dump gives its first byte. */
  readonly start: bigint
  readonly findings: readonly Finding[]
}

/** Reads a dump whose rows have offsets. Radixes are tried in the form's order; the one that gets furthest tells what is wrong. */
export function readDump(text: Uint8Array, form: DumpForm, maxBytes: number): DumpContent {
  let furthest = -1
  let failure: unknown
  for (const radix of form.radixes) {
    const reader = new DumpReader(text, form, radix, maxBytes)
    try {
      return reader.read()
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error
      if (reader.accepted <= furthest) continue
      furthest = reader.accepted
      failure = error
    }
  }
  throw failure
}

class DumpReader {
  /** Offsets that continued. */
  accepted = 0
  readonly #form: DumpForm
  readonly #radix: Radix
  readonly #cursor: LineCursor
  readonly #sink: ByteSink
  readonly #lines = new LineMapBuilder()
  readonly #order = new GroupOrder()
  #start: Offset | undefined
  /** Digits of the offset of the first row. */
  #offsetWidth = 0
  #prefixed = false
  /** Bytes and group of the latest row, for a repetition. */
  #latest = { count: 0, group: 1 }
  /** Bytes of the first row. */
  #width = 0
  #starLine: { line: number; offset: number; length: number } | undefined
  #ended = false
  /** A line right beside the rows that is none but resembles one. */
  #suspect: { line: number; start: number; end: number } | undefined
  #besideRow = false

  constructor(text: Uint8Array, form: DumpForm, radix: Radix, maxBytes: number) {
    this.#form = form
    this.#radix = radix
    this.#cursor = new LineCursor(text)
    this.#sink = new ByteSink(maxBytes)
  }

  read(): DumpContent {
    while (this.#cursor.next()) this.#line()
    if (this.#starLine !== undefined) throw badRepetition(this.#starLine.line, 'the end of the text')
    if (this.#start === undefined)
      throw new CaptureError({ code: 'capture/no-rows', expected: 'rows of a hex dump', found: 'none' })
    const bytes = this.#sink.take()
    this.#order.settle(bytes, this.#form.memoryOrder && !this.#prefixed)
    return {
      bytes,
      lines: this.#lines.take(),
      start: toBigInt(this.#start),
      findings: this.#findings(this.#start, bytes.length),
    }
  }

  #line(): void {
    const { bytes, start, end, number } = this.#cursor
    const first = skipBlanks(bytes, start, end)
    if (first === end) return
    if (this.#ended)
      throw new CaptureError({
        code: 'capture/after-end',
        line: number,
        expected: 'nothing after the final offset',
        found: excerpt(bytes, start, end),
      })
    const parts = locateRow(this.#form, bytes, start, end, this.#start !== undefined && !this.#prefixed)
    if (parts !== undefined) this.#row(parts)
    else if (bytes[first] === STAR && skipBlanks(bytes, first + 1, end) === end) this.#star()
    else this.#otherText()
  }

  #row(parts: LineParts): void {
    const { bytes, end, number } = this.#cursor
    checkLineLength(end - this.#cursor.start, number)
    const offset = readOffset(bytes, parts.body, parts.offsetEnd, this.#radix)
    if (offset === undefined) throw this.#offsetMismatch(parts)
    if (this.#start === undefined) this.#begin(offset, parts)
    this.#continue(offset, parts)
    this.accepted += 1
    this.#besideRow = true
    if (skipBlanks(bytes, parts.cells, end) === end && this.#form.finalOffset) {
      this.#ended = true
      return
    }
    const row: RowLine = { bytes, body: parts.body, cells: parts.cells, end, line: number }
    const at = this.#sink.length
    const cells = this.#form.readCells(row, this.#sink)
    const values = this.#sink.buffer.subarray(at, this.#sink.length)
    const text = textColumn(this.#form, row, cells, values, cells.count === this.#width)
    if (at === 0) this.#width = cells.count
    this.#sink.checkLimit(number)
    this.#order.add(this.#sink.buffer, at, cells.count, cells.group, number, text)
    this.#lines.add(cells.count, number, this.#cursor.start, end - this.#cursor.start)
    this.#latest = cells
  }

  #begin(offset: Offset, parts: LineParts): void {
    if (this.#suspect !== undefined) throw this.#badRow(this.#suspect)
    this.#start = offset
    this.#offsetWidth = parts.offsetEnd - parts.body
    this.#prefixed = parts.body > this.#cursor.start
  }

  /** Checks that a row's offset follows the bytes so far, filling in a repetition. */
  #continue(offset: Offset, parts: LineParts): void {
    const gap = distance(this.#expected(), offset)
    const star = this.#starLine
    if (star === undefined) {
      if (gap !== 0) throw this.#offsetMismatch(parts)
      return
    }
    const { count, group } = this.#latest
    if (gap <= 0 || gap % count !== 0) throw this.#offsetMismatch(parts)
    const at = this.#sink.length
    this.#sink.repeat(count, gap, star.line)
    this.#order.add(this.#sink.buffer, at, gap, group, star.line, this.#sink.buffer.subarray(0, 0))
    this.#lines.add(gap, star.line, star.offset, star.length)
    this.#starLine = undefined
  }

  #star(): void {
    const { number, start, end } = this.#cursor
    if (this.#starLine !== undefined) throw badRepetition(number, 'a second repetition mark')
    if (this.#latest.count === 0) throw badRepetition(number, 'a repetition mark without a row before it')
    this.#starLine = { line: number, offset: start, length: end - start }
  }

  /** A line that is no row: tolerated before the first row, and between the lines of a log. */
  #otherText(): void {
    const { bytes, start, end, number } = this.#cursor
    const here = { line: number, start, end }
    const resembles = resemblesRow(bytes, start, end)
    if (this.#start === undefined) {
      this.#suspect = resembles ? here : undefined
      return
    }
    if (!this.#prefixed || (this.#besideRow && resembles) || this.#namesExpected()) throw this.#badRow(here)
    this.#besideRow = false
  }

  /** Whether a line of a log holds the offset that the next row must have, so that only its bytes can be damaged. */
  #namesExpected(): boolean {
    const { bytes, start, end } = this.#cursor
    const wanted = ` ${printOffset(this.#expected(), this.#radix, this.#offsetWidth)}: `
    const from = Math.max(start, 0)
    for (let at = bytes.indexOf(0x20, from); at !== -1 && at + wanted.length <= end; at = bytes.indexOf(0x20, at + 1)) {
      let same = 1
      while (same < wanted.length && ((bytes[at + same] as number) | 0x20) === wanted.charCodeAt(same)) same += 1
      if (same >= wanted.length - 1) return true
    }
    return false
  }

  #expected(): Offset {
    return addTo(this.#start as Offset, this.#sink.length)
  }

  #offsetMismatch(parts: LineParts): CaptureError {
    const { bytes, number } = this.#cursor
    const width = this.#offsetWidth
    const wanted = this.#start === undefined ? 'an offset' : printOffset(this.#expected(), this.#radix, width)
    return new CaptureError({
      code: 'capture/offset-mismatch',
      line: number,
      expected:
        this.#starLine === undefined
          ? `the offset ${wanted}`
          : `an offset that is whole rows of ${this.#latest.count} bytes beyond ${wanted}`,
      found: excerpt(bytes, parts.body, parts.offsetEnd),
    })
  }

  #badRow(at: { line: number; start: number; end: number }): CaptureError {
    const { bytes } = this.#cursor
    const row = { bytes, body: at.start, cells: at.start, end: at.end, line: at.line }
    if (this.#prefixed && this.#namesExpected()) return badDigit(row, at.start)
    return new CaptureError({
      code: 'capture/bad-row',
      line: at.line,
      expected: `a row of ${this.#form.title}`,
      found: excerpt(bytes, at.start, at.end),
    })
  }

  #findings(start: Offset, length: number): readonly Finding[] {
    const findings: Finding[] = []
    if (distance({ high: 0, low: 0 }, start) !== 0)
      findings.push(
        captureCodes.finding(
          'capture/starts-late',
          `The dump starts at offset 0x${toBigInt(start).toString(16)}, not at 0.`,
          { offset: 0, length, path: [] },
        ),
      )
    if (this.#form.finalOffset && !this.#ended)
      findings.push(
        captureCodes.finding(
          'capture/no-final-offset',
          `The dump ends after ${counted(length, 'byte')} without the line that gives its final offset.`,
          { offset: length, length: 0, path: [] },
        ),
      )
    return findings
  }
}

function badRepetition(line: number, found: string): CaptureError {
  return new CaptureError({
    code: 'capture/bad-repetition',
    line,
    expected: 'a repetition mark between a row and an offset',
    found,
  })
}
