import { hexdumpForm, locateRow, xxdForm } from './dump-form.ts'
import { isRowLine } from './lspci-row.ts'
import { readTitle } from './lspci-title.ts'
import { isBlank, isHex, skipBlanks, skipHex } from './text.ts'

/** What a line looks like: a row of a tool's dump, plain hexadecimal digits, or other text. */
export type LineKind = 'lspci-title' | 'lspci-row' | 'xxd' | 'log' | 'hexdump' | 'od' | 'words' | 'plain' | 'other'

const LEAST_OFFSET = 6

/** Tells what a line looks like; undefined for one that says nothing (empty, cut off, or a final offset). */
export function lineKind(bytes: Uint8Array, start: number, end: number, isWhole: boolean): LineKind | undefined {
  const first = skipBlanks(bytes, start, end)
  if (first === end) return undefined
  if (readTitle(bytes, start, end) !== undefined) return 'lspci-title'
  if (isRowLine(bytes, start, end, false)) return 'lspci-row'
  const colon = locateRow(xxdForm, bytes, start, end, false)
  if (colon !== undefined) return colon.body === start ? 'xxd' : 'log'
  if (!isWhole) return undefined
  return withoutColon(bytes, start, end)
}

function withoutColon(bytes: Uint8Array, start: number, end: number): LineKind | undefined {
  const offsetEnd = skipHex(bytes, start, end)
  const cell = skipBlanks(bytes, offsetEnd, end)
  const isOffset = offsetEnd - start >= LEAST_OFFSET && offsetEnd - start <= 16 && cell > offsetEnd && cell < end
  if (isOffset) {
    const width = cellWidth(bytes, cell, end)
    if (width > 2) return isPlain(bytes, start, end) ? 'plain' : 'words'
    if (width === 2) {
      const isHexdump = cell - offsetEnd === 2 && locateRow(hexdumpForm, bytes, start, end, false) !== undefined
      return isHexdump ? 'hexdump' : 'od'
    }
  }
  return isPlain(bytes, start, end) ? 'plain' : 'other'
}

/** Digits of the first cell; 0 where there is none. */
function cellWidth(bytes: Uint8Array, at: number, end: number): number {
  const stop = skipHex(bytes, at, end)
  return stop === end || isBlank(bytes[stop]) ? stop - at : 0
}

/** A line of digit pairs, with blanks between all of them or none. */
function isPlain(bytes: Uint8Array, start: number, end: number): boolean {
  let cells = 0
  let longest = 0
  for (let at = skipBlanks(bytes, start, end); at < end; at = skipBlanks(bytes, at, end)) {
    const stop = skipHex(bytes, at, end)
    if (!isHex(bytes[at]) || (stop - at) % 2 === 1 || (stop < end && !isBlank(bytes[stop]))) return false
    cells += 1
    longest = Math.max(longest, stop - at)
    if (cells > 1 && longest > 2) return false
    at = stop
  }
  return cells > 0
}
