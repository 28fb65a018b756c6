/** Bytes that stand in lines of equal shape, one after the other. */
export interface LineRun {
  /** First byte, counted in the bytes that the text stands for. */
  readonly offset: number
  readonly length: number
  readonly bytesPerLine: number
  /** Line of the first byte, counted from 1. */
  readonly line: number
  /** Start of that line in the text. */
  readonly textOffset: number
  /** Characters of a line without its end. */
  readonly textLength: number
  /** Distance from the start of one line to that of the next. */
  readonly textStride: number
}

export interface LinePlace {
  readonly line: number
  readonly textOffset: number
  readonly textLength: number
}

/**
 * Says in which line of a text each byte stands. Dumps are regular, so a map is a few runs however long the text is.
 * Text offsets count in the text after decompression.
 */
export class LineMap {
  readonly runs: readonly LineRun[]

  constructor(runs: readonly LineRun[]) {
    this.runs = runs
  }

  /** The line that holds the byte; undefined for an offset that no line holds. */
  at(offset: number): LinePlace | undefined {
    const run = this.#runAt(offset)
    if (run === undefined) return undefined
    const index = Math.floor((offset - run.offset) / run.bytesPerLine)
    const { textLength } = run
    return { line: run.line + index, textOffset: run.textOffset + index * run.textStride, textLength }
  }

  /** Range of the text, whole lines, that holds `length` bytes (at least one) from `offset` on. */
  textRange(offset: number, length: number): { readonly offset: number; readonly length: number } | undefined {
    const first = this.at(offset)
    const last = this.at(offset + Math.max(length, 1) - 1)
    if (first === undefined || last === undefined) return undefined
    return { offset: first.textOffset, length: last.textOffset + last.textLength - first.textOffset }
  }

  #runAt(offset: number): LineRun | undefined {
    let low = 0
    let high = this.runs.length - 1
    while (low <= high) {
      const middle = (low + high) >> 1
      const run = this.runs[middle] as LineRun
      if (offset < run.offset) high = middle - 1
      else if (offset >= run.offset + run.length) low = middle + 1
      else return run
    }
    return undefined
  }
}

type MutableRun = { -readonly [K in keyof LineRun]: LineRun[K] }

/** Collects lines in order and merges those of equal shape into runs. */
export class LineMapBuilder {
  #runs: MutableRun[] = []
  #last: MutableRun | undefined

  /** Adds a line that holds `length` bytes right after those of the line before. */
  add(length: number, line: number, textOffset: number, textLength: number): void {
    const last = this.#last
    if (last !== undefined && last.bytesPerLine === length && last.textLength === textLength) {
      const count = last.length / length
      if (last.line + count === line) {
        if (count === 1) last.textStride = textOffset - last.textOffset
        if (last.textOffset + count * last.textStride === textOffset) {
          last.length += length
          return
        }
        if (count === 1) last.textStride = textLength
      }
    }
    const offset = last === undefined ? 0 : last.offset + last.length
    this.#last = { offset, length, bytesPerLine: length, line, textOffset, textLength, textStride: textLength }
    this.#runs.push(this.#last)
  }

  /** Adds `rows` lines of one shape at once; `stride` is the distance of their starts in the text. */
  addRows(rows: number, length: number, line: number, textOffset: number, textLength: number, stride: number): void {
    this.add(length, line, textOffset, textLength)
    if (rows === 1) return
    this.add(length, line + 1, textOffset + stride, textLength)
    const last = this.#last as MutableRun
    last.textStride = stride
    last.length += (rows - 2) * length
  }

  /** The map of all lines so far; the builder starts anew. */
  take(): LineMap {
    const runs = this.#runs
    this.#runs = []
    this.#last = undefined
    return new LineMap(runs)
  }
}
