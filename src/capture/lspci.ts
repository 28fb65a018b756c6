import { counted } from '../findings/index.ts'
import { CaptureError } from './errors.ts'
import { type BarSizes, type CapturedFunction, MAX_CONFIG_SPACE } from './function.ts'
import { type LineMap, LineMapBuilder } from './line-map.ts'
import { fastRow, isRowLine, ROW, readRow } from './lspci-row.ts'
import { idsOf, RegionLines, readTitle, type TitleLine } from './lspci-title.ts'
import {
  byteOrderMarkLength,
  checkLineLength,
  excerpt,
  isBlank,
  LINE_FEED,
  MAX_LINE,
  skipBlanks,
  startsWith,
  textOf,
  trimReturn,
} from './text.ts'

const BLOCK = 16 * MAX_CONFIG_SPACE

/** A function of lspci's text. */
export interface LspciFunction extends CapturedFunction {
  /** What follows the address: class and names, with numbers where `-nn` was given. */
  readonly title: string
  /** Line of the address. */
  readonly line: number
  /** Line of each row of bytes. */
  readonly lines: LineMap
}

/** A function whose texts are only made when somebody asks for them. */
class ReadFunction implements LspciFunction {
  readonly #head: TitleLine

  constructor(
    head: TitleLine,
    readonly line: number,
    readonly bytes: Uint8Array,
    readonly barSizes: BarSizes | undefined,
    readonly lines: LineMap,
  ) {
    this.#head = head
  }

  get address(): string {
    return this.#head.address
  }
  get title(): string {
    return this.#head.title
  }
  get domain(): number {
    return this.#head.numbers.domain
  }
  get bus(): number {
    return this.#head.numbers.bus
  }
  get device(): number {
    return this.#head.numbers.device
  }
  get function(): number {
    return this.#head.numbers.function
  }
  get vendorId(): number | undefined {
    return idsOf(this.title)?.vendorId
  }
  get deviceId(): number | undefined {
    return idsOf(this.title)?.deviceId
  }
}

/**
 * Reads the text of `lspci -x`, `-xxx` or `-xxxx`, any number of functions, mixed with the output of `-v` to `-vvvnn`,
 * as it arrives in chunks. Each push returns the functions that it completed; memory does not grow with the
 * text. When a push meets damage, the functions before it are returned first and the next call throws.
 */
export class LspciReader {
  /** Bytes of the function being read; zero from #length on. */
  readonly #scratch = new Uint8Array(MAX_CONFIG_SPACE)
  readonly #lines = new LineMapBuilder()
  readonly #regions = new RegionLines()
  /** Start of a line that the chunks so far did not complete. */
  readonly #partial = new Uint8Array(MAX_LINE + 1)
  #partialLength = 0
  /** Bytes of the text before the piece being read. */
  #base = 0
  #consumed = 0
  #line = 0
  #length = 0
  /** Memory for the bytes of finished functions. */
  #block = new Uint8Array(0)
  #blockUsed = 0
  #open: { readonly head: TitleLine; readonly line: number } | undefined
  /** Capabilities follow the regions of the function itself; what they call regions are those of VFs. */
  #inCapabilities = false
  #done: LspciFunction[] = []
  #failure: CaptureError | undefined
  #counts = { functions: 0, withBytes: 0 }

  /** Takes the next piece of the text and returns the functions completed by it. */
  push(chunk: Uint8Array): LspciFunction[] {
    return this.#guarded(() => {
      const rest = this.#partialLength === 0 ? 0 : this.#completeLine(chunk)
      this.#base = this.#consumed
      const left = this.#lineEnded(chunk, rest)
      this.#consumed += chunk.length
      this.#keep(chunk, left, chunk.length)
    })
  }

  /** Ends the text and returns its last function. Throws when no function had bytes. */
  end(): LspciFunction[] {
    return this.#guarded(() => {
      if (this.#partialLength > 0) {
        this.#base = this.#consumed - this.#partialLength
        const length = this.#partialLength
        this.#partialLength = 0
        this.#otherLine(this.#partial, 0, trimReturn(this.#partial, 0, length), length)
      }
      this.#close()
      if (this.#counts.withBytes > 0) return
      this.#done = []
      throw noRows(this.#counts.functions)
    })
  }

  #guarded(work: () => void): LspciFunction[] {
    if (this.#failure !== undefined) throw this.#failure
    try {
      work()
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error
      this.#failure = error
      if (this.#done.length === 0) throw error
    }
    const done = this.#done
    this.#done = []
    return done
  }

  /** Completes the line that earlier chunks began; returns where the chunk goes on. */
  #completeLine(chunk: Uint8Array): number {
    const feed = chunk.indexOf(LINE_FEED)
    if (feed === -1) return 0
    const before = this.#partialLength
    this.#keep(chunk, 0, feed + 1)
    this.#base = this.#consumed - before
    const length = this.#partialLength
    this.#partialLength = 0
    this.#lineEnded(this.#partial.subarray(0, length), 0)
    return feed + 1
  }

  #keep(chunk: Uint8Array, from: number, to: number): void {
    checkLineLength(this.#partialLength + (to - from), this.#line + 1)
    this.#partial.set(chunk.subarray(from, to), this.#partialLength)
    this.#partialLength += to - from
  }

  /** Reads all lines that end within the piece; returns where the unfinished one starts. */
  #lineEnded(bytes: Uint8Array, from: number): number {
    let at = from
    for (;;) {
      if (this.#open !== undefined && this.#length < MAX_CONFIG_SPACE) {
        const next = this.#fastRows(bytes, at)
        if (next !== at) {
          at = next
          continue
        }
      }
      const feed = bytes.indexOf(LINE_FEED, at)
      if (feed === -1) return at
      this.#otherLine(bytes, at, trimReturn(bytes, at, feed), feed - at)
      at = feed + 1
    }
  }

  /** Reads rows of one shape as lspci prints them; returns where the first other line starts. */
  #fastRows(bytes: Uint8Array, from: number): number {
    const text = { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) }
    const scratch = this.#scratch
    let at = from
    let length = this.#length
    let stride = 0
    while (length < MAX_CONFIG_SPACE) {
      const next = fastRow(text, at, length, scratch)
      if (next === 0) break
      if (next - at !== stride) {
        if (stride > 0) break
        stride = next - at
      }
      length += ROW
      at = next
    }
    if (at === from) return from
    const rows = (at - from) / stride
    const textLength = trimReturn(bytes, from, from + stride - 1) - from
    this.#lines.addRows(rows, ROW, this.#line + 1, this.#base + from, textLength, stride)
    this.#line += rows
    this.#length = length
    return at
  }

  /** Any line that the fast way did not take. */
  #otherLine(bytes: Uint8Array, lineStart: number, end: number, fullLength: number): void {
    this.#line += 1
    checkLineLength(fullLength, this.#line)
    const start = this.#line === 1 ? lineStart + byteOrderMarkLength(bytes.subarray(lineStart, end)) : lineStart
    if (isBlank(bytes[start]) && skipBlanks(bytes, start, end) < end) this.#indented(bytes, start, end)
    else if (skipBlanks(bytes, start, end) >= end) this.#close()
    else if (isRowLine(bytes, start, end, this.#open !== undefined)) this.#row(bytes, start, end)
    else this.#titleOrText(bytes, start, end)
  }

  #row(bytes: Uint8Array, start: number, end: number): void {
    if (this.#open === undefined)
      throw new CaptureError({
        code: 'capture/orphan-row',
        line: this.#line,
        expected: 'a line that names the function, such as "01:10.0 Ethernet controller", before its rows',
        found: excerpt(bytes, start, end),
      })
    const line = this.#line
    const count = readRow({ bytes, start, end, line }, this.#length, this.#scratch)
    this.#length += count
    this.#lines.add(count, line, this.#base + start, end - start)
  }

  #titleOrText(bytes: Uint8Array, start: number, end: number): void {
    const head = readTitle(bytes, start, end)
    if (head !== undefined) {
      this.#close()
      this.#counts.functions += 1
      this.#open = { head, line: this.#line }
      return
    }
    // Warnings of lspci itself get between the rows when both outputs go to one file.
    const warning = startsWith(bytes, start, end, 'pcilib: ') || startsWith(bytes, start, end, 'lspci: ')
    if (this.#open === undefined || this.#length === 0 || warning) return
    throw this.#badRow(bytes, start, end)
  }

  #badRow(bytes: Uint8Array, start: number, end: number): CaptureError {
    return new CaptureError({
      code: 'capture/bad-row',
      line: this.#line,
      expected: 'a row of bytes, an empty line, or the next function',
      found: excerpt(bytes, start, end),
    })
  }

  #indented(bytes: Uint8Array, start: number, end: number): void {
    if (this.#length > 0) throw this.#badRow(bytes, start, end)
    if (this.#open === undefined || this.#inCapabilities) return
    const at = skipBlanks(bytes, start, end)
    if (startsWith(bytes, at, end, 'Capabilities:')) this.#inCapabilities = true
    else if (startsWith(bytes, at, end, 'Region ') || startsWith(bytes, at, end, 'Expansion ROM '))
      this.#regions.add(textOf(bytes, at, end))
  }

  /** The bytes of the function in memory of their own; functions share blocks, which costs less than one for each. */
  #keepBytes(): Uint8Array {
    if (this.#block.length - this.#blockUsed < this.#length) {
      this.#block = new Uint8Array(BLOCK)
      this.#blockUsed = 0
    }
    const bytes = this.#block.subarray(this.#blockUsed, this.#blockUsed + this.#length)
    bytes.set(this.#scratch.subarray(0, this.#length))
    this.#scratch.fill(0, 0, this.#length)
    this.#blockUsed += this.#length
    return bytes
  }

  #close(): void {
    const open = this.#open
    if (open === undefined) return
    if (this.#length > 0) this.#counts.withBytes += 1
    const [bytes, barSizes, lines] = [this.#keepBytes(), this.#regions.take(), this.#lines.take()]
    this.#done.push(new ReadFunction(open.head, open.line, bytes, barSizes, lines))
    this.#open = undefined
    this.#length = 0
    this.#inCapabilities = false
  }
}

function noRows(functions: number): CaptureError {
  const found = functions === 0 ? 'no line that names a function' : `${counted(functions, 'function')} without any`
  return new CaptureError({ code: 'capture/no-rows', expected: 'rows of lspci -x, -xxx or -xxxx', found })
}

/** Reads the whole text of lspci. Throws CaptureError where it is damaged. */
export function readLspci(text: Uint8Array): LspciFunction[] {
  const reader = new LspciReader()
  const functions = reader.push(text)
  for (const last of reader.end()) functions.push(last)
  return functions
}

/** Reads the text of lspci from a stream, function by function, in constant memory. */
export async function* readLspciStream(source: AsyncIterable<Uint8Array>): AsyncGenerator<LspciFunction> {
  const reader = new LspciReader()
  for await (const chunk of source) yield* reader.push(chunk)
  yield* reader.end()
}
