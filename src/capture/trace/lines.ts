import { CARRIAGE_RETURN, LINE_FEED } from '../text.ts'
import { exactText } from './exact-text.ts'

/** How a line ends; the last one may have no end. */
export type LineEnd = 'lf' | 'crlf' | 'none'

/** The bytes of each end. */
export const LINE_ENDS: Readonly<Record<LineEnd, string>> = { lf: '\n', crlf: '\r\n', none: '' }

/** One line of a log. */
export interface Line {
  /** Without the line end. */
  readonly text: string
  readonly end: LineEnd
  readonly offset: number
  /** Bytes, the line end included. */
  readonly length: number
}

/** The lines of a log, in order. Whatever the bytes are, the lines are all of them. */
export function linesOf(bytes: Uint8Array): Line[] {
  const lines: Line[] = []
  for (let offset = 0; offset < bytes.length; ) {
    const feed = bytes.indexOf(LINE_FEED, offset)
    const next = feed === -1 ? bytes.length : feed + 1
    const isCrlf = feed > offset && bytes[feed - 1] === CARRIAGE_RETURN
    const end: LineEnd = feed === -1 ? 'none' : isCrlf ? 'crlf' : 'lf'
    const text = exactText(bytes.subarray(offset, next - LINE_ENDS[end].length))
    lines.push({ text, end, offset, length: next - offset })
    offset = next
  }
  return lines
}
